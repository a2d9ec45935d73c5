import { Gauge, type Registry } from 'prom-client';
import { MASS_SKEW, RULES } from '#custody';

/**
 * What the newest rules of the ledger assume of a sorter, so that the bands of purity and recovery
 * take the same figures as the comparison of books E and W, and nobody types them twice.
 */
export function registerSorterGauges(registry: Registry): void {
  const newest = RULES.get(Math.max(...RULES.keys()));
  if (newest === undefined) throw new Error('no version of the rules');
  const { missedPpm, strayPpm } = newest.estimates;
  const define = (name: string, help: string, value: number): void => {
    new Gauge({ name, help, registers: [registry] }).set(value);
  };
  define(
    'urbanmine_sorter_missed_ratio',
    'Of what a sorter means for the smaller side the share that goes to the other (standard)',
    missedPpm / 1_000_000,
  );
  define(
    'urbanmine_sorter_stray_ratio',
    'Of what a sorter means for the larger side the share that goes to the other (standard)',
    strayPpm / 1_000_000,
  );
  define(
    'urbanmine_piece_mass_skew',
    'Mean square of the masses of pieces over the square of their mean',
    Number(MASS_SKEW),
  );
}
