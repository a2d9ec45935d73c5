import type { Book } from './book.js';

/** What tells that a piece is hazardous, without asking how probable it was. */
export interface HazardSign {
  /** Label of a camera or a person, as the frame lists it. */
  readonly label?: string;
  /** A reading of the element above this. */
  readonly element?: string;
  readonly abovePpm?: number;
  /** Share of such signs that are right. */
  readonly rightPpm: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

/**
 * A hazardous class. Its mass has an account of its own, MUST be quarantined, and leaves only under
 * its waste code.
 */
export interface Hazard {
  /** Slug: class of the piece, end of its account's name, flag `hazard:<it>`. */
  readonly hazard: string;
  readonly name: string;
  /** Waste code as of the codes book; a star marks a hazardous entry. */
  readonly ewc: string;
  readonly signs: readonly HazardSign[];
  /** Seconds within which the exception MUST be out. */
  readonly exceptionSeconds: number;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface HazardBook extends Book {
  readonly hazards: readonly Hazard[];
}

const seen = (label: string, rightPpm = 950_000): HazardSign => ({
  label,
  rightPpm,
  source: 'assumed',
});

const reads = (element: string, abovePpm: number, rightPpm = 900_000): HazardSign => ({
  element,
  abovePpm,
  rightPpm,
  source: 'assumed',
});

const hazard = (slug: string, name: string, ewc: string, signs: HazardSign[]): Hazard => ({
  hazard: slug,
  name,
  ewc,
  signs,
  exceptionSeconds: 1,
  source: 'ewc',
});

/** Hazardous classes. Where two signs of a piece disagree, the first in this order names it. */
export const HAZARDS: HazardBook = {
  book: 'hazards',
  version: 2,
  validFrom: '2026-11-01',
  sources: {
    ewc: {
      basis: 'published',
      text: 'Codes of the European list of waste as in the codes book; exception within a second is our requirement',
    },
    assumed: {
      basis: 'assumed',
      text: 'Thresholds far above what any harmless class of the composition books holds; how often a sign is right is unmeasured',
    },
  },
  hazards: [
    hazard('radioactive', 'Radioactive piece', '16 05 06*', [seen('radioactive')]),
    hazard('sealed-container', 'Closed pressure vessel', '16 05 04*', [
      seen('gas-cylinder'),
      seen('sealed-container', 850_000),
    ]),
    hazard('battery-lead', 'Lead battery', '16 06 01*', [
      seen('battery-lead'),
      reads('Pb', 300_000),
    ]),
    hazard('battery-nicd', 'Nickel-cadmium battery', '16 06 02*', [
      seen('battery-nicd'),
      reads('Cd', 50_000),
    ]),
    hazard('battery', 'Battery of unknown or lithium chemistry', '16 02 15*', [
      seen('battery'),
      seen('battery-lithium'),
      seen('battery-li'),
      seen('lithium'),
      reads('Co', 150_000, 700_000),
    ]),
    hazard('mercury', 'Part that holds mercury', '16 06 03*', [
      seen('mercury'),
      seen('mercury-lamp'),
      seen('mercury-switch'),
      reads('Hg', 1_000),
    ]),
    hazard('capacitor', 'Capacitor that may hold PCB', '16 02 09*', [
      seen('capacitor'),
      seen('pcb-capacitor'),
    ]),
    hazard('refrigerant', 'Part that holds refrigerant or its oil', '16 02 11*', [
      seen('compressor'),
    ]),
    hazard('crt-glass', 'Leaded glass of a tube', '16 02 15*', [seen('crt')]),
    hazard('oil', 'Part that holds oil', '16 01 04*', [seen('oil-filter'), seen('oil')]),
  ],
};

const BY_NAME = new Map(
  HAZARDS.hazards.flatMap((one) => [
    ...one.signs.flatMap(({ label }) => (label === undefined ? [] : [[label, one] as const])),
    // A class goes before a label of the same name.
    [one.hazard, one] as const,
  ]),
);

/**
 * The hazard that a class, a flag's end or a bench's word (`lithium`) names: where its mass goes, its
 * waste code, and how soon somebody must know. Undefined: no hazard.
 */
export const hazardNamed = (name: string): Hazard | undefined => BY_NAME.get(name);

/** Whether a waste code is a hazardous entry, which needs a release and its papers to leave. */
export const isHazardousCode = (ewc: string): boolean => ewc.endsWith('*');
