import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A spool is in use by another process that lives; two writers would give a seq twice. */
export class SpoolInUseError extends Error {
  override readonly name = 'SpoolInUseError';
}

const held = new Set<string>();

/** Start of a process in clock ticks since the machine's: with the pid it names a process. */
function startTicks(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command stands in brackets and may hold spaces; field 22 is the 20th after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return isAlive(pid) ? 'alive' : '';
  }
}

/** For systems without /proc. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const describe = (pid: number): string => `${pid} ${startTicks(pid)}`;

function holderOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Takes the directory for this process; returns how to give it back. A lock that a killed process
 * left behind is taken over. Throws a SpoolInUseError.
 */
export function lockDirectory(dir: string): () => void {
  const path = join(dir, 'lock');
  const holder = holderOf(path);
  if (holder !== null) {
    const pid = Number(holder.split(' ')[0]);
    const lives = Number.isSafeInteger(pid) && pid > 0 && describe(pid) === holder;
    if (held.has(path) || (lives && startTicks(pid) !== '' && pid !== process.pid)) {
      throw new SpoolInUseError(`${dir} is in use by process ${holder}; stop it first`);
    }
    unlinkSync(path);
  }
  const fd = openSync(path, 'wx');
  writeSync(fd, describe(process.pid));
  closeSync(fd);
  held.add(path);
  return () => {
    if (held.delete(path)) unlinkSync(path);
  };
}
