import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TotalStateValue } from '#contracts';
import { MASS_SKEW, RULES } from '#custody';
import { MetricsText } from '#process';
import { Registry } from 'prom-client';
import { PipelineMetrics } from './metrics.metrics.js';
import { NewestTotals } from './totals/newest-totals.js';

const mg = fc.bigInt({ min: 0n, max: 2n ** 60n }).map(String);
const sides = fc.record({ debitsMg: mg, creditsMg: mg });
const total: fc.Arbitrary<TotalStateValue> = fc.record({
  siteId: fc.constantFrom('north', 'south'),
  stream: fc.constantFrom('steel', 'textiles'),
  class: fc.constantFrom('E40', 'copper-bearing'),
  weighed: sides,
  estimated: sides,
  pieces: mg,
  logIndex: fc.nat(50),
});
/** A value that is told, or a tombstone of its key. */
const told = fc.record({ total, gone: fc.integer({ min: 0, max: 5 }).map((n) => n === 0) });

const keyOf = ({ siteId, stream, class: name }: TotalStateValue): string =>
  `${siteId}/${stream}/${name}`;

describe('the totals of a scrape', () => {
  it('are the newest ones to the last digit of a double, whatever was told in which order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(told, { maxLength: 6 }), { maxLength: 6 }),
        async (all) => {
          const registry = new Registry();
          const totals = new NewestTotals();
          new PipelineMetrics(registry, totals);
          const metrics = new MetricsText(registry);
          for (const scrape of all) {
            for (const one of scrape) {
              const value = one.gone ? null : Buffer.from(JSON.stringify(one.total));
              totals.apply(keyOf(one.total), value);
            }
            const lines = (await metrics.text()).split('\n');
            expect(lines.filter((line) => /^urbanmine_(pieces|mass)_/.test(line)).sort()).toEqual(
              [...totals.values()].flatMap(expected).sort(),
            );
          }
        },
      ),
    );
  });
});

describe('what the rules assume of a sorter', () => {
  it('is what the newest rules of the ledger say', async () => {
    const registry = new Registry();
    new PipelineMetrics(registry, new NewestTotals());
    const { missedPpm, strayPpm } = RULES.get(Math.max(...RULES.keys()))!.estimates;
    const lines = (await registry.metrics()).split('\n');
    expect(lines).toContain(`urbanmine_sorter_missed_ratio ${missedPpm / 1e6}`);
    expect(lines).toContain(`urbanmine_sorter_stray_ratio ${strayPpm / 1e6}`);
    expect(lines).toContain(`urbanmine_piece_mass_skew ${MASS_SKEW}`);
  });
});

function expected(value: TotalStateValue): string[] {
  const { siteId, stream, class: name, pieces, weighed, estimated } = value;
  const labels = `site="${siteId}",stream="${stream}",class="${name}"`;
  const grams = (text: string): string => String(Number(text) / 1_000);
  return [
    `urbanmine_pieces_total{${labels}} ${Number(pieces)}`,
    `urbanmine_mass_grams_total{${labels},book="W"} ${grams(weighed.debitsMg)}`,
    `urbanmine_mass_grams_total{${labels},book="E"} ${grams(estimated.debitsMg)}`,
    `urbanmine_mass_out_grams_total{${labels},book="W"} ${grams(weighed.creditsMg)}`,
    `urbanmine_mass_out_grams_total{${labels},book="E"} ${grams(estimated.creditsMg)}`,
  ];
}
