export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

const BACKOFF: Backoff = { firstMs: 100, maxMs: 5000 };

/**
 * How long to wait before attempt `attempt + 1`, in ms: doubling from `firstMs` to `maxMs`, of
 * which a random half is taken off so that members do not come back all at once.
 * @param attempt failures so far, from 1
 * @param random uniform in [0, 1)
 */
export function backoffMs(attempt: number, random: number, { firstMs, maxMs } = BACKOFF): number {
  // 2^30 is beyond any maximum and keeps the power finite.
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (1 - random / 2));
}
