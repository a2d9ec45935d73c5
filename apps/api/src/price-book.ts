import { readFileSync } from 'node:fs';
import { EXAMPLE_PRICES, type PriceBook, parsePriceBook } from '#materials';
import { ConfigError } from '#process';

/** The installation's own prices; without a file the illustrative ones. Throws a ConfigError. */
export function readPriceBook(file: string | undefined): PriceBook {
  if (file === undefined) return EXAMPLE_PRICES;
  try {
    return parsePriceBook(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`PRICE_BOOK_FILE: ${file} is no book of prices: ${why}`]);
  }
}
