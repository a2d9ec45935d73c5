import type { StationEvent } from '../arbitraries/site-stream.js';
import type { Command, Kind } from './commands.js';
import type { SiteUnderTest } from './site-under-test.js';

/** What a command makes a station of the site say; null: nothing. */
export type Say = (
  site: SiteUnderTest,
  drawn: Command,
  other: SiteUnderTest,
) => StationEvent | null;
export type Speech = Partial<Record<Kind, Say>>;

/** Standard, of every scale. */

export const uncertaintyMg = 10;
export const known = (site: SiteUnderTest, ...lots: readonly string[]): void => {
  for (const lot of lots) if (!site.lots.includes(lot)) site.lots.push(lot);
};

/** A lot that is new, or now and then one that is not. */
export function target(site: SiteUnderTest, kind: string, pick: number): string {
  const lot = pick % 3 === 0 ? site.lot(pick) : site.fresh(kind);
  known(site, lot);
  return lot;
}

export const made = (lotId: string) =>
  ({ lotId, stream: 'steel', materialClass: 'mixed' }) as const;
