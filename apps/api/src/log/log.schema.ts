import { z } from 'zod';
import { pageQuery } from '../answers/cursor.js';
import { time, treeSize } from '../answers/fields.js';

export const checkpointsQuery = z.strictObject(pageQuery);

export const checkpointAnswer = z.strictObject({
  size: treeSize,
  root: z.base64().describe('Merkle tree hash, 32 bytes'),
  note: z.string().describe('the signed note, with its cosignature'),
  signedAt: time.describe('time of the cosignature'),
});
export type CheckpointAnswer = z.infer<typeof checkpointAnswer>;
