import type { Book } from './book.js';

export interface BatteryChemistry {
  /** Slug, as assays and tickets name it. */
  readonly chemistry: string;
  readonly name: string;
  /** Kind of battery that targets of Regulation (EU) 2023/1542 are set for. */
  readonly targetsOf: 'lead' | 'lithium' | 'nickel-cadmium' | 'other';
  /** What benches call such a battery, or the hazard of it. */
  readonly words: readonly string[];
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface ChemistryBook extends Book {
  readonly chemistries: readonly BatteryChemistry[];
}

const chemistry = (
  slug: string,
  name: string,
  targetsOf: BatteryChemistry['targetsOf'],
  words: readonly string[],
): BatteryChemistry => ({ chemistry: slug, name, targetsOf, words, source: 'usual' });

export const BATTERY_CHEMISTRIES: ChemistryBook = {
  book: 'battery-chemistries',
  version: 1,
  validFrom: '2026-11-01',
  sources: {
    usual: {
      basis: 'from-memory',
      text: 'Chemistries as the trade sorts them, and the kinds of annex XII of Regulation (EU) 2023/1542; words are ours',
    },
  },
  chemistries: [
    chemistry('lithium-cobalt', 'Lithium cobalt oxide', 'lithium', ['battery-lco']),
    chemistry('lithium-nmc', 'Lithium nickel manganese cobalt oxide', 'lithium', ['battery-nmc']),
    chemistry('lithium-nca', 'Lithium nickel cobalt aluminium oxide', 'lithium', ['battery-nca']),
    chemistry('lithium-iron-phosphate', 'Lithium iron phosphate', 'lithium', ['battery-lfp']),
    chemistry('lithium', 'Lithium, of no chemistry that is known further', 'lithium', [
      'battery-lithium',
      'battery-li',
      'battery-li-ion',
      'battery-lithium-primary',
    ]),
    chemistry('lead-acid', 'Lead and acid', 'lead', ['battery-lead']),
    chemistry('nickel-cadmium', 'Nickel and cadmium', 'nickel-cadmium', ['battery-nicd']),
    chemistry('nickel-metal-hydride', 'Nickel and metal hydride', 'other', ['battery-nimh']),
    chemistry('alkaline', 'Alkaline manganese or zinc and carbon', 'other', [
      'battery-alkaline',
      'battery-zinc-carbon',
    ]),
    chemistry('mercury-oxide', 'Mercury oxide button', 'other', ['battery-mercury']),
    chemistry('unknown', 'Battery that nobody named further', 'other', ['battery']),
  ],
};

const BY_WORD = new Map(
  BATTERY_CHEMISTRIES.chemistries.flatMap((one) =>
    [one.chemistry, ...one.words].map((word) => [word, one] as const),
  ),
);

/** What a kind of component, a hazard's word or an analyte names; undefined: no battery. */
export const chemistryNamed = (word: string): BatteryChemistry | undefined => BY_WORD.get(word);
