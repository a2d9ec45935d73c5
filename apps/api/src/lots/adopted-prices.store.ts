import { type PriceBook, referenceOf } from '#materials';
import type { Snapshot } from '../answers/snapshots.js';
import type { LotPrices } from './composition.js';

/** What the log of a site, below an index, says of the book of prices that is used here. */
export async function pricesAt(
  db: Snapshot,
  siteId: string,
  prices: PriceBook,
  below: number | null,
): Promise<LotPrices> {
  const { book, digest } = referenceOf(prices);
  const rows: { digest: string }[] = await db.query(
    `SELECT digest FROM book_adoption
     WHERE site_id = $1 AND reference = 'prices' AND name = $2 AND log_index < coalesce($3, log_index + 1)
     ORDER BY log_index DESC LIMIT 1`,
    [siteId, book, below],
  );
  const [inForce] = rows;
  return { book: prices, adopted: inForce === undefined ? null : inForce.digest === digest };
}
