import type { Logger } from '#process';
import { Gauge, type Registry } from 'prom-client';
import type { PriceBook } from '#materials';
import type { BoundedMetal, Stock, StockFigures } from './lots/graded-stock.js';
import { type Rows, gaugesOf, onceAScrape } from './site-gauges.js';

const STREAM = ['site', 'stream'] as const;
const METAL = ['site', 'stream', 'analyte'] as const;

/**
 * What is known of the lots in stock that were held against a grade, at the moment of the scrape.
 * Lots are never labels: figures are of all lots of a site and stream.
 */
export function registerLotGauges(
  registry: Registry,
  read: () => Promise<Stock>,
  logger: Logger,
): void {
  const stock = onceAScrape(async () => [await read()], logger);
  const figures: Rows<StockFigures> = async () => (await stock()).flatMap((all) => all.figures);
  const lots = gaugesOf(registry, STREAM, figures, ({ siteId: site, stream }) => ({
    site,
    stream,
  }));
  lots('urbanmine_lots_graded', 'Lots in stock that were held against a grade', (row) => row.lots);
  lots(
    'urbanmine_lots_off_spec_expected',
    'Of these so many are off-spec: the sum of their probabilities',
    (row) => row.offSpecExpected,
  );
  lots(
    'urbanmine_lots_off_spec_probability_max',
    'Probability that the least certain of these is off-spec, 0 to 1',
    (row) => row.offSpecMost,
  );
  const metals: Rows<BoundedMetal> = async () => (await stock()).flatMap((all) => all.metals);
  const metal = gaugesOf(registry, METAL, metals, ({ siteId: site, stream, analyte }) => ({
    site,
    stream,
    analyte,
  }));
  metal(
    'urbanmine_lots_bounded_metal_grams',
    'Metal with a price that these lots hold although their grade only bounds it, so nobody pays for it',
    (row) => row.grams,
  );
  metal(
    'urbanmine_lots_bounded_metal_uncertainty_grams',
    'Standard uncertainty of that mass',
    (row) => row.uncertaintyGrams,
  );
}

/** What a seller is paid for a metal, as the dated book of the installation says. */
export function registerPrices(registry: Registry, prices: PriceBook): void {
  const { book, version, validFrom, currency } = prices;
  const price_book = `${book}@${version} of ${validFrom}`;
  const gauge = new Gauge({
    name: 'urbanmine_metal_price_per_gram',
    help: 'What a seller is paid for a gram of a metal, in units of the currency, by the price book',
    labelNames: ['analyte', 'currency', 'price_book'],
    registers: [registry],
  });
  for (const { analyte, perGram } of metalPrices(prices)) {
    gauge.set({ analyte, currency, price_book }, perGram);
  }
}

const GRAMS_PER_TONNE = 1_000_000;

/** Of the items that are elements; a grade has its book's name before it. */
export const metalPrices = ({
  prices,
}: PriceBook): readonly { readonly analyte: string; readonly perGram: number }[] =>
  prices
    .filter(({ item }) => /^[A-Z][a-z]?$/.test(item))
    .map(({ item: analyte, minorPerTonne, payablePpm }) => ({
      analyte,
      perGram: (minorPerTonne / 100 / GRAMS_PER_TONNE) * (payablePpm / 1_000_000),
    }));
