import { z } from 'zod';

export const streamQuery = z.strictObject({
  site: z.string().optional().describe('facts of this site alone; default: of all'),
});
