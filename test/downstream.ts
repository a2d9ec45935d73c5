import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commandBlocks } from './pages.js';
import type { RunningLine } from './running-line.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** In the order of their ports. */
const SERVICES = ['gateway', 'classifier', 'ledger', 'metrics', 'api'] as const;
const PAGE = 'examples/downstream/README.md';

/** The commands of the page of readers, in its order, as a person would type them. */
export const pageCommands = (): string[] =>
  commandBlocks(PAGE).flatMap(({ text }) => text.trim().split('\n'));

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
  const there = SERVICES.reduce(
    (text, service, at) => text.replaceAll(`http://127.0.0.1:${7101 + at}`, line.url(service)),
    command.replaceAll('127.0.0.1:7111', line.brokers[0]!).replace(/^npx node/, process.execPath),
  );
  const { stdout } = await promisify(execFile)('sh', ['-c', there], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', KAFKA_BROKERS: line.brokers.join(',') },
    timeout: 60_000,
    maxBuffer: 64_000_000,
  });
  return stdout.split('\n').filter((text) => text !== '');
}
