import { execFile } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../../local/src/environments.js';

/** From `dist/`, with no variable set. */
const run = (app: string): Promise<{ readonly code: unknown; readonly stderr: string }> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      [`dist/apps/${app}/src/main.js`],
      { env: {} },
      (error, _, stderr) => {
        done({ code: error?.code, stderr });
      },
    );
  });

describe('a process that is told nothing', () => {
  it.each(['gateway', 'classifier', 'ledger', 'metrics', 'api', 'plant'])(
    '%s names every variable that it needs, and ends with 78',
    async (app) => {
      const { code, stderr } = await run(app);
      const needed = ENVIRONMENTS[app]!.filter(({ required }) => required);
      expect(code).toBe(78);
      expect(stderr.split('\n').filter((line) => line.startsWith('  - '))).toEqual(
        needed.map(({ name, description }) => `  - ${name} is not set; set it to ${description}`),
      );
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );
});
