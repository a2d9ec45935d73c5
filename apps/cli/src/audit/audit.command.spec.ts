import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { auditCommand } from './audit.command.js';
import { LOG_VKEY, makeLog, writeLog } from './spec-log.js';

let folder: string;
let printed: string[];

/** Runs `audit` with arguments; returns its exit code. */
async function run(...args: string[]): Promise<number> {
  let code = -1;
  const program = new Command().addCommand(
    auditCommand((exitCode) => {
      code = exitCode;
    }),
  );
  try {
    await program.parseAsync(['node', 'urbanmine', 'audit', ...args]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return error.exitCode;
  }
  return code;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'urbanmine-audit-'));
  await writeLog(join(folder, 'log'), makeLog({ runs: 1, frames: 2, pieces: 2 }));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => {
    printed.push(line);
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('urbanmine audit', () => {
  it('ends with 0 when all is clean, and says so', async () => {
    expect(await run(join(folder, 'log'), '--key', LOG_VKEY)).toBe(0);
    expect(printed.join('\n')).toContain('CLEAN');
    expect(printed.join('\n')).toContain('What this cannot see');
    expect(printed.join('\n')).not.toContain('WARNING');
  });

  it('warns when it has to believe the log whose key it is', async () => {
    expect(await run(join(folder, 'log'))).toBe(0);
    expect(printed.join('\n')).toContain('WARNING: the key was taken from the log itself');
  });

  it('takes the key from a file, and prints JSON', async () => {
    const key = join(folder, 'vkey');
    await writeFile(key, `${LOG_VKEY}\n`);
    expect(await run(join(folder, 'log'), '--key', key, '--json')).toBe(0);
    expect(JSON.parse(printed.join(''))).toMatchObject({ verdict: 'clean', findings: [] });
  });

  it('ends with 1 for wrong usage, 2 for what cannot be read, 3 for findings', async () => {
    expect(await run(join(folder, 'nowhere'))).toBe(1);
    expect(await run(join(folder, 'log'), '--checkpoint', join(folder, 'nowhere'))).toBe(1);
    expect(await run(folder)).toBe(2);
    const forged = join(folder, 'forged');
    const log = makeLog({ runs: 1, frames: 2, pieces: 2 });
    await writeLog(forged, { ...log, entries: log.entries.toSpliced(4, 1) });
    expect(await run(forged, '--key', LOG_VKEY)).toBe(3);
    expect(printed.join('\n')).toContain('FINDING');
  });
});
