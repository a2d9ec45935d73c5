import type { Book } from './book.js';

export interface Code {
  readonly code: string;
  readonly text: string;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface CodeBook extends Book {
  /** European list of waste; a star marks a hazardous entry. */
  readonly ewc: readonly Code[];
  /** Harmonised system. */
  readonly hs: readonly Code[];
  /** Basel convention. */
  readonly basel: readonly Code[];
}

const codes = (source: string, entries: Readonly<Record<string, string>>): Code[] =>
  Object.entries(entries).map(([code, text]) => ({ code, text, source }));

/** Codes that papers of the three streams name; texts are ours, shortened. */
export const WASTE_CODES: CodeBook = {
  book: 'waste-codes',
  version: 1,
  validFrom: '2026-11-01',
  sources: {
    ewc: {
      basis: 'published',
      text: 'European list of waste (Decision 2000/532/EC), codes checked against a public table',
    },
    recalled: {
      basis: 'from-memory',
      text: 'European list of waste; not checked. Decision (EU) 2025/934 revises battery entries and is not in here',
    },
    hs: { basis: 'published', text: 'HS heading 7204 as pages of the trade give it' },
    hsRecalled: { basis: 'from-memory', text: 'HS heading 8549; not checked' },
    basel: {
      basis: 'published',
      text: 'Basel convention, FAQ on e-waste: entries since 2025-01-01; B1110 and B4030 are deleted',
    },
  },
  ewc: [
    ...codes('ewc', {
      '16 01 04*': 'End-of-life vehicles with liquids and hazardous parts',
      '16 01 06': 'End-of-life vehicles without them',
      '16 01 17': 'Ferrous metal from vehicles',
      '16 01 18': 'Non-ferrous metal from vehicles',
      '16 02 09*': 'Transformers and capacitors with PCB',
      '16 02 10*': 'Other equipment with PCB',
      '16 02 11*': 'Equipment with CFC, HCFC or HFC',
      '16 02 12*': 'Equipment with free asbestos',
      '16 02 13*': 'Equipment with other hazardous parts',
      '16 02 14': 'Equipment without hazardous parts',
      '16 02 15*': 'Hazardous parts removed from equipment',
      '16 02 16': 'Other parts removed from equipment',
      '16 06 01*': 'Lead batteries',
      '16 06 02*': 'Nickel-cadmium batteries',
      '16 06 03*': 'Batteries and parts with mercury',
      '16 06 04': 'Alkaline batteries',
      '16 06 05': 'Other batteries',
      '17 04 05': 'Iron and steel',
      '17 04 07': 'Mixed metals',
      '17 04 09*': 'Metal contaminated with hazardous substances',
      '19 10 01': 'Iron and steel from shredding',
      '19 10 02': 'Non-ferrous metal from shredding',
      '19 10 03*': 'Shredder light fraction with hazardous substances',
      '19 10 04': 'Other shredder light fraction',
      '19 10 05*': 'Other shredder fractions with hazardous substances',
      '19 10 06': 'Other shredder fractions',
      '19 12 02': 'Ferrous metal from mechanical treatment',
      '19 12 03': 'Non-ferrous metal from mechanical treatment',
      '19 12 04': 'Plastic and rubber from mechanical treatment',
      '19 12 08': 'Textiles from mechanical treatment',
      '19 12 11*': 'Hazardous residues of mechanical treatment',
      '19 12 12': 'Other residues of mechanical treatment',
    }),
    ...codes('recalled', {
      '04 02 22': 'Processed textile fibres',
      '12 01 01': 'Ferrous turnings',
      '12 01 03': 'Non-ferrous turnings',
      '15 01 04': 'Metal packaging',
      '16 05 04*': 'Gases in pressure containers with hazardous substances',
      '16 05 06*':
        'Chemicals with hazardous substances; stands for a find that goes to the authority',
      '20 01 10': 'Clothes',
      '20 01 11': 'Textiles',
      '20 01 21*': 'Fluorescent tubes',
      '20 01 23*': 'Discarded equipment with CFC',
      '20 01 33*': 'Hazardous or unsorted batteries',
      '20 01 34': 'Other batteries',
      '20 01 35*': 'Discarded equipment with hazardous parts',
      '20 01 36': 'Other discarded equipment',
      '20 01 40': 'Metals',
    }),
  ],
  hs: [
    ...codes('hs', {
      '7204.10': 'Cast iron scrap',
      '7204.21': 'Stainless steel scrap',
      '7204.29': 'Other alloy steel scrap',
      '7204.30': 'Tinned iron or steel scrap',
      '7204.41': 'Turnings, shavings, stampings',
      '7204.49': 'Other ferrous scrap, shredded among it',
      '7204.50': 'Remelting scrap ingots',
    }),
    ...codes('hsRecalled', { '8549': 'Electrical and electronic waste' }),
  ],
  basel: codes('basel', {
    A1181: 'Hazardous e-waste (in place of A1180); prior informed consent',
    Y49: 'All other e-waste with its parts and residues; prior informed consent',
  }),
};
