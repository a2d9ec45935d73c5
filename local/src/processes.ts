import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process by number and start time. A number alone is reused by the system, so it may never be the ground for a
 * signal after a restart.
 */
export interface ProcessIdentity {
  pid: number;
  startedAt: string;
}

interface ProcessState {
  startedAt: string;
  zombie: boolean;
}

const hasProc = existsSync('/proc/self/stat');

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

function ps(pid: number, columns: string): string | undefined {
  try {
    return execFileSync('ps', ['-ww', '-o', columns, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // ps ends with 1 when there is no such process.
    return undefined;
  }
}

function stateOf(pid: number): ProcessState | undefined {
  if (!hasProc) {
    const line = ps(pid, 'stat=,lstart=');
    if (!line) return undefined;
    return { zombie: line.startsWith('Z'), startedAt: line.slice(line.indexOf(' ')).trim() };
  }
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in brackets and may hold anything; fields 3 and 22 are state and start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { zombie: fields[0] === 'Z' || fields[0] === 'X', startedAt: fields[19] ?? '' };
}

/** The identity of a running process, or undefined when there is none with this number (a zombie is none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const state = stateOf(pid);
  return state && !state.zombie ? { pid, startedAt: state.startedAt } : undefined;
}

/** Whether exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** The words of a process's command line, joined by blanks; empty when it cannot be read. */
export function commandLine(pid: number): string {
  if (!hasProc) return ps(pid, 'command=') ?? '';
  return (readIfThere(`/proc/${pid}/cmdline`) ?? '').split('\0').join(' ').trim();
}

/** Sends a signal; false when the process is gone already. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * Ends a process that is not our child: `gentle` first, SIGKILL after `graceMs`. Resolves when it is gone.
 */
export async function endProcess(
  identity: ProcessIdentity,
  gentle: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  const deadline = Date.now() + graceMs;
  if (isRunning(identity)) signal(identity.pid, gentle);
  while (isRunning(identity)) {
    if (Date.now() > deadline) signal(identity.pid, 'SIGKILL');
    await sleep(20);
  }
}
