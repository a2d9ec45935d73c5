import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS, type EventEnvelope } from '#contracts';
import { untilDrained } from '../line-reading.js';
import { walkLog } from '../log-walk.js';
import { commandBlocks } from '../pages.js';
import { type RunningLine, startLine } from '../running-line.js';
import { SealCheck } from '../seal-walk.js';

/** The commands of docs/connect-a-sensor.md, as they are written there. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SITE = 'north';

const blocks = commandBlocks('docs/connect-a-sensor.md')
  .filter(({ tag }) => tag === 'run')
  .map(({ text }) => text);

describe('the guide', () => {
  let line: RunningLine;
  /** Looks like the repository's folder to the commands. */
  const folder = mkdtempSync(join(tmpdir(), 'urbanmine-guide-'));

  function shell(script: string): Promise<{ readonly code: number; readonly output: string }> {
    const { PATH = '' } = process.env;
    const env = {
      PATH: `${join(ROOT, 'node_modules/.bin')}:${PATH}`,
      HOME: folder,
      DATA: line.dataDir,
      GATEWAY: line.url('gateway'),
      DATABASE_URL: line.databaseUrl,
    };
    // npx would look for a package of this name; here it is the repository's own command.
    const npx = `npx() { shift; "${process.execPath}" "${ROOT}/apps/cli/bin/urbanmine.mjs" "$@"; }\n`;
    return new Promise((resolve) => {
      const options = { cwd: folder, env, timeout: 60_000 };
      execFile('bash', ['-ec', npx + script], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
      });
    });
  }

  beforeAll(async () => {
    symlinkSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
    line = await startLine({ rate: 1, plant: false });
    await line.enrol(1);
  }, 120_000);

  afterAll(async () => {
    await line.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('connects a sensor with its commands as written', async () => {
    expect(blocks).toHaveLength(5);
    const outputs: string[] = [];
    for (const block of blocks) {
      const { code, output } = await shell(block);
      expect([block, code, output]).toEqual([block, 0, output]);
      outputs.push(output);
    }
    expect(outputs[0]).toContain('in force from log index');
    expect(outputs[3]).toMatch(/2 taken, 0 refused.* 0 not yet in the ledger/);
    expect(outputs[4]).toMatch(/1 taken, 0 refused.* 0 not yet in the ledger/);
  }, 150_000);

  it('leaves the weighings in the log, sealed, with what the scale said', async () => {
    await untilDrained(line, SITE, 30_000);
    const seals = new SealCheck();
    const weighed: unknown[] = [];
    await walkLog(line.url('api'), SITE, (entry: EventEnvelope) => {
      seals.visit(entry);
      if (entry.attributes.type === EVENTS.containerWeighed.type) {
        weighed.push(JSON.parse(entry.data.toString()));
      }
    });
    expect(weighed).toMatchObject([
      { containerId: 'skip-17', massMg: 812_400_000, original: { value: '812.4', unit: 'KGM' } },
      { containerId: 'skip-18', massMg: 96_000_000, original: { value: '96.0', unit: 'KGM' } },
      { containerId: 'skip-19', massMg: 41_000_000 },
    ]);
  }, 60_000);
});
