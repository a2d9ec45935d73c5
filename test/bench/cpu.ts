import { readFileSync, readdirSync } from 'node:fs';

/** Linux counts CPU in clock ticks; 100 a second on every kernel that Node runs on. */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly parent: number;
  /** User and system time with that of children waited for, in seconds. */
  readonly seconds: number;
}

function readTimes(pid: number): ProcessTimes | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold spaces; what follows it is regular.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = (fields[11] ?? 0) + (fields[12] ?? 0) + (fields[13] ?? 0) + (fields[14] ?? 0);
    return { parent: fields[1] ?? 0, seconds: ticks / TICKS_PER_SECOND };
  } catch (error) {
    // It ended between the listing and the reading.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
    throw error;
  }
}

/** CPU seconds so far of each named process, everything that it started included. */
export function cpuSeconds(roots: ReadonlyMap<string, number>): Map<string, number> {
  const times = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const found = readTimes(Number(name));
    if (found !== undefined) times.set(Number(name), found);
  }
  const rootOf = (pid: number): number | undefined => {
    const wanted = new Set(roots.values());
    for (let at = pid; at > 1; at = times.get(at)?.parent ?? 0) if (wanted.has(at)) return at;
    return undefined;
  };
  const sums = new Map<number, number>();
  for (const [pid, { seconds }] of times) {
    const root = rootOf(pid);
    if (root !== undefined) sums.set(root, (sums.get(root) ?? 0) + seconds);
  }
  return new Map([...roots].map(([name, pid]) => [name, sums.get(pid) ?? 0]));
}
