import type { RunningLine } from '../running-line.js';

/** Freezes a process of the line where it stands (SIGSTOP), or wakes it up (SIGCONT). */
function signal(line: RunningLine, name: string, to: 'SIGSTOP' | 'SIGCONT'): void {
  const pid = line.pids().get(name);
  if (pid === undefined) throw new Error(`the ${name} does not run`);
  process.kill(pid, to);
}

export const freeze = (line: RunningLine, name: string): void => {
  signal(line, name, 'SIGSTOP');
};

export const wake = (line: RunningLine, name: string): void => {
  signal(line, name, 'SIGCONT');
};
