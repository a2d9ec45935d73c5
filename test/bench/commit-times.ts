/** Observations of the ledger's histogram of commits, cumulative by upper bound in seconds. */
export type CommitBuckets = ReadonlyMap<number, number>;

export function readCommitBuckets(metrics: string): CommitBuckets {
  const buckets = new Map<number, number>();
  for (const [, bound, count] of metrics.matchAll(
    /^urbanmine_ledger_commit_seconds_bucket\{le="([^"]+)"[^}]*\} (\d+)$/gm,
  )) {
    buckets.set(bound === '+Inf' ? Infinity : Number(bound), Number(count));
  }
  return buckets;
}

/**
 * Milliseconds within which that share of the commits between two readings ended, interpolated
 * within its bucket as Prometheus does; the highest bound when it lies beyond, NaN without commits.
 */
export function commitMs(before: CommitBuckets, after: CommitBuckets, share: number): number {
  const bounds = [...after.keys()].sort((a, b) => a - b);
  const within = (bound: number): number => (after.get(bound) ?? 0) - (before.get(bound) ?? 0);
  const wanted = within(Infinity) * share;
  let lower = 0;
  let below = 0;
  for (const bound of bounds) {
    const count = within(bound);
    if (count >= wanted && count > below) {
      if (bound === Infinity) return lower * 1_000;
      return (lower + ((bound - lower) * (wanted - below)) / (count - below)) * 1_000;
    }
    [lower, below] = [bound, count];
  }
  return NaN;
}
