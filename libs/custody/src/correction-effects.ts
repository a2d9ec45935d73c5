import { absolute } from './mass.js';

/** What an event did to one place, as far as masses and counts go. */
export interface Effect {
  readonly massMg: bigint;
  readonly varianceMg2: bigint;
  /** Events that are in it: 1. */
  readonly count: number;
}

const NOTHING: Effect = { massMg: 0n, varianceMg2: 0n, count: 0 };

export const effect = (massMg: number | bigint, uncertaintyMg: number | bigint = 0): Effect => ({
  massMg: BigInt(massMg),
  varianceMg2: BigInt(uncertaintyMg) * BigInt(uncertaintyMg),
  count: 1,
});

/** By place, what `after` says less what `before` says; places where nothing differs are left out. */
export function differences(
  before: ReadonlyMap<string, Effect>,
  after: ReadonlyMap<string, Effect>,
): Map<string, Effect> {
  const places = new Set([...before.keys(), ...after.keys()]);
  const found = new Map<string, Effect>();
  for (const place of places) {
    const was = before.get(place) ?? NOTHING;
    const is = after.get(place) ?? NOTHING;
    const difference = {
      massMg: is.massMg - was.massMg,
      varianceMg2: is.varianceMg2 - was.varianceMg2,
      count: is.count - was.count,
    };
    const { massMg, varianceMg2, count } = difference;
    if (massMg !== 0n || varianceMg2 !== 0n || count !== 0) found.set(place, difference);
  }
  return found;
}

export const movedMg = (found: ReadonlyMap<string, Effect>): bigint => {
  let moved = 0n;
  for (const { massMg } of found.values()) moved += absolute(massMg);
  return moved;
};
