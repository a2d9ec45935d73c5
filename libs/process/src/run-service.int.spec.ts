import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';

type Child = ChildProcessByStdio<null, Readable, null>;

let child: Child | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

interface Started {
  readonly base: string;
  readonly lines: Record<string, unknown>[];
  readonly exit: Promise<number | null>;
}

/** Runs the service from its sources, as the other specs do. */
async function start(deadlineMs = 5000): Promise<Started> {
  const flags = ['--experimental-transform-types', '--no-warnings', '--conditions=source'];
  const args = ['--import', './local/typescript-sources.mjs', 'libs/process/src/spec-service.ts'];
  const running: Child = spawn(process.execPath, [...flags, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], DEADLINE_MS: String(deadlineMs) },
  });
  child = running;
  const lines: Record<string, unknown>[] = [];
  const exit = once(running, 'exit').then(([code]) => code as number | null);
  const port = await new Promise<number>((resolve, reject) => {
    void exit.then((code) => {
      reject(new Error(`exit ${String(code)}: ${JSON.stringify(lines)}`));
    });
    createInterface(running.stdout).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      lines.push(line);
      if (line['msg'] === 'started') resolve(line['port'] as number);
    });
  });
  return { base: `http://127.0.0.1:${port}`, lines, exit };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('runService', () => {
  it('answers what is under way after SIGTERM and exits with 0', async () => {
    const { base, lines, exit } = await start();
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    const answer = fetch(`${base}/slow`);
    await pause(100);
    child?.kill('SIGTERM');
    expect(await (await answer).text()).toBe('done');
    expect(await exit).toBe(0);
    expect(lines.at(-1)).toMatchObject({ msg: 'stopped', level: 'info' });
  });

  it('cuts off half-way to the deadline what does not end by itself', async () => {
    const { base, exit } = await start(1000);
    const answer = fetch(`${base}/stuck`).catch(() => 'cut off');
    await pause(100);
    child?.kill('SIGTERM');
    expect(await answer).toBe('cut off');
    expect(await exit).toBe(0);
  });

  it('exits with 70 on a broken invariant and with 1 on any other error, logging it', async () => {
    for (const [path, code] of [
      ['/invariant', 70],
      ['/rejection', 1],
    ] as const) {
      const { base, lines, exit } = await start();
      await fetch(`${base}${path}`);
      expect(await exit).toBe(code);
      expect(lines.at(-1)).toMatchObject({ level: 'fatal' });
    }
  });
});
