import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, endLeftover, logTail, startChild } from './child.js';
import { testDataDir } from './test-stack.js';

const dataDir = testDataDir();
mkdirSync(join(dataDir, 'run'), { recursive: true });

function waiting(name: string, mark: string): Child {
  return startChild({
    name,
    dataDir,
    command: process.execPath,
    args: ['-e', 'console.log("here"); setInterval(() => 0, 1000)', mark],
    mark,
  });
}

afterAll(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

describe('endLeftover', () => {
  it('ends the process that an earlier run recorded', async () => {
    const child = waiting('ours', 'mark-a');
    expect(await endLeftover(dataDir, 'ours', 'SIGTERM', 2_000)).toBe(child.pid);
    expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await endLeftover(dataDir, 'ours', 'SIGTERM', 2_000)).toBeUndefined();
  });

  it.each([
    ['another start time', { startedAt: '1' }],
    ['another command line', { mark: 'not in there' }],
  ])('leaves a process with the recorded number but %s alone', async (_, change) => {
    const child = waiting('stranger', 'mark-b');
    const file = join(dataDir, 'run', 'stranger.json');
    const record = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...record, ...change }));
    expect(await endLeftover(dataDir, 'stranger', 'SIGKILL', 0)).toBeUndefined();
    expect(child.running()).toBe(true);
    await child.end('SIGKILL', 0);
  });

  it('takes a record cut off by a power failure for none', async () => {
    writeFileSync(join(dataDir, 'run', 'cut.json'), '{"pid":12');
    expect(await endLeftover(dataDir, 'cut', 'SIGKILL', 0)).toBeUndefined();
  });
});

describe('startChild', () => {
  it('kills what does not heed the gentle signal, and keeps its output', async () => {
    const child = startChild({
      name: 'deaf',
      dataDir,
      command: process.execPath,
      args: [
        '-e',
        'process.on("SIGTERM", () => 0); console.log("deaf"); setInterval(() => 0, 1000)',
      ],
      mark: 'deaf',
    });
    while (!logTail(dataDir, 'deaf').includes('deaf')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await child.end('SIGTERM', 100)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('reports a command that is not there as exit 127', async () => {
    const child = startChild({
      name: 'none',
      dataDir,
      command: 'no-such-program',
      args: [],
      mark: 'x',
    });
    expect(await child.exited).toEqual({ code: 127, signal: null });
    expect(child.running()).toBe(false);
  });
});
