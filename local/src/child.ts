import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  fstatSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  commandLine,
  endProcess,
  identify,
  isRunning,
  type ProcessIdentity,
  signal,
} from './processes.js';

/** What is started, and under which data folder its log (`logs/<name>.log`) and its record (`run/<name>.json`) lie. */
export interface ChildSpec {
  name: string;
  dataDir: string;
  command: string;
  args: string[];
  /** A part of the command line by which a later run recognises this process. */
  mark: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** The user to run as; only root may set it. */
  user?: { uid: number; gid: number };
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  running(): boolean;
  signal(name: NodeJS.Signals): void;
  /** Ends it: `gentle`, then SIGKILL after `graceMs`. Resolves when it is gone. */
  end(gentle: NodeJS.Signals, graceMs: number): Promise<Exit>;
}

interface ChildRecord extends ProcessIdentity {
  mark: string;
}

export function logFile(dataDir: string, name: string): string {
  return join(dataDir, 'logs', `${name}.log`);
}

function recordFile(dataDir: string, name: string): string {
  return join(dataDir, 'run', `${name}.json`);
}

/** The last lines of a child's log, at most `bytes` of it; empty when there is no log yet. */
export function logTail(dataDir: string, name: string, bytes = 2_000): string {
  const path = logFile(dataDir, name);
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(bytes, size));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trim();
  } finally {
    closeSync(file);
  }
}

/**
 * Starts a process in a session of its own, so that Ctrl-C in the terminal reaches only us and we stop the children
 * in order. Its output goes to its log file; its identity is on disk before this returns, so that a run after a
 * kill -9 finds it.
 */
export function startChild(spec: ChildSpec): Child {
  mkdirSync(join(spec.dataDir, 'logs'), { recursive: true });
  mkdirSync(join(spec.dataDir, 'run'), { recursive: true });
  const log = openSync(logFile(spec.dataDir, spec.name), 'a');
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd ?? spec.dataDir,
    env: spec.env ?? process.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...spec.user,
  });
  closeSync(log);
  const exited = new Promise<Exit>((resolve) => {
    // A program that cannot be executed at all has no exit event.
    child.once('error', () => {
      resolve({ code: 127, signal: null });
    });
    child.once('exit', (code, by) => {
      resolve({ code, signal: by });
    });
  });
  const pid = child.pid ?? -1;
  const record = recordFile(spec.dataDir, spec.name);
  const identity = pid > 0 ? identify(pid) : undefined;
  if (identity) {
    writeFileSync(record, JSON.stringify({ ...identity, mark: spec.mark } satisfies ChildRecord));
  }
  const running = (): boolean => pid > 0 && child.exitCode === null && child.signalCode === null;
  return {
    pid,
    exited,
    running,
    signal: (name) => {
      if (running()) signal(pid, name);
    },
    end: async (gentle, graceMs) => {
      if (running()) signal(pid, gentle);
      const timer = setTimeout(() => {
        if (running()) signal(pid, 'SIGKILL');
      }, graceMs);
      const exit = await exited;
      clearTimeout(timer);
      rmSync(record, { force: true });
      return exit;
    },
  };
}

/**
 * Ends what an earlier run left of this child, if it still runs and is verifiably that process: same number, same start
 * time, and the mark in its command line. Returns its number, or undefined when nothing was left.
 */
export async function endLeftover(
  dataDir: string,
  name: string,
  gentle: NodeJS.Signals,
  graceMs: number,
): Promise<number | undefined> {
  const path = recordFile(dataDir, name);
  if (!existsSync(path)) return undefined;
  const left = parseRecord(readFileSync(path, 'utf8'));
  const ours = left && isRunning(left) && commandLine(left.pid).includes(left.mark);
  if (ours) await endProcess(left, gentle, graceMs);
  rmSync(path, { force: true });
  return ours ? left.pid : undefined;
}

function parseRecord(text: string): ChildRecord | undefined {
  try {
    const record = JSON.parse(text) as Partial<ChildRecord>;
    return typeof record.pid === 'number' && record.pid > 1 && record.startedAt && record.mark
      ? { pid: record.pid, startedAt: record.startedAt, mark: record.mark }
      : undefined;
  } catch {
    // Cut off by a power failure: then the process is gone too.
    return undefined;
  }
}
