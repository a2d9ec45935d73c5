import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RunningLine } from './running-line.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = 'examples/downstream/README.md';

/** The commands of the page of readers, in its order, as a person would type them. */
export const pageCommands = (): string[] =>
  [...readFileSync(join(ROOT, PAGE), 'utf8').matchAll(/```sh\n([^`]+)```/g)].flatMap(([, block]) =>
    block!.trim().split('\n'),
  );

const onPath = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)));

/** Whether the tools of a command are here; the end of a test run names those that are not. */
export function isRunnable(command: string): boolean {
  if (process.env['REQUIRE_ALL'] === '1') return true;
  const tool = command.split(' ')[0]!;
  const needs = /custody\.(py|sh)/.test(command) ? [tool, 'kcat'] : [tool];
  return needs.every(onPath);
}

/** Runs a command of the page against a line, whose ports differ from those of `npm start`. */
export async function runCommand(line: RunningLine, command: string): Promise<string[]> {
  const there = command
    .replaceAll('127.0.0.1:7111', line.brokers[0]!)
    .replaceAll('http://127.0.0.1:7105', line.url('api'))
    .replace(/^npx node/, process.execPath);
  const { stdout } = await promisify(execFile)('sh', ['-c', there], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', KAFKA_BROKERS: line.brokers.join(',') },
    timeout: 60_000,
    maxBuffer: 64_000_000,
  });
  return stdout.split('\n').filter((text) => text !== '');
}
