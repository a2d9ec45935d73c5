/** Lines at which a chaos test may have the process killed, in the order in which they are passed. */
export const FAILPOINTS = [
  'before-claim',
  'after-claim',
  'after-fence',
  'amid-chunk',
  'after-tiles',
  'after-postings',
  'after-swap',
  'commit-sent',
  'after-commit',
  'amid-guard',
  'after-guard',
  'after-checkpoint',
  'after-publish',
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

// Once at start: the environment is no configuration of a service, only of a test.
const [wanted, countText] = (process.env['FAILPOINT'] ?? '').split(':');
let left = Number(countText ?? 1);

/**
 * Kills the process without a word when `FAILPOINT` names this line; `FAILPOINT=after-commit:3`
 * means the third time that it is passed.
 */
export function failpoint(name: Failpoint): void {
  if (name !== wanted) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}
