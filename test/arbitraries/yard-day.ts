import type { CustodyModel, DataOf } from '#contracts';
import type { FoldResult } from '#custody';
import { type Day, id } from './site-day.js';

/** Yard operations in one line each, for days that are told as examples. */

const mass = (massMg: number): { massMg: number; uncertaintyMg: number } => ({
  massMg,
  uncertaintyMg: 10,
});

const made = (lot: string, model?: CustodyModel): DataOf<'lotsBlended'>['output'] => ({
  lotId: id(lot),
  stream: 'steel',
  materialClass: 'mixed',
  ...(model === undefined ? {} : { model }),
});

/** Mass by input; a `*` at the end of a lot's name takes the whole of it. */
export const blend = (
  day: Day,
  output: string,
  inputs: Readonly<Record<string, number>>,
  model?: CustodyModel,
): FoldResult =>
  day.fold(
    day.yard.say('lotsBlended', id(output), {
      output: made(output, model),
      inputs: Object.entries(inputs).map(([lot, massMg]) => ({
        lotId: id(lot.replace('*', '')),
        ...mass(massMg),
        all: lot.endsWith('*'),
      })),
    }),
  );

export const split = (
  day: Day,
  lot: string,
  parts: Readonly<Record<string, number>>,
  all = false,
  model?: CustodyModel,
): FoldResult =>
  day.fold(
    day.yard.say('lotSplit', id(lot), {
      lotId: id(lot),
      parts: Object.entries(parts).map(([part, massMg]) => ({
        ...made(part, model),
        ...mass(massMg),
      })),
      all,
    }),
  );

export const pile = (
  day: Day,
  lot: string,
  onto: string,
  massMg: number,
  all: boolean,
): FoldResult =>
  day.fold(
    day.yard.say('lotMoved', id(lot), {
      lotId: id(lot),
      place: 'bay-4',
      onto: { ...made(onto), ...mass(massMg), all },
    }),
  );

export const count = (day: Day, lot: string, massMg: number, into?: string): FoldResult =>
  day.fold(
    day.yard.say('stockCounted', id(lot), {
      lotId: id(lot),
      ...mass(massMg),
      method: 'survey',
      ...(into === undefined ? {} : { into: made(into) }),
    }),
  );

export const setApart = (day: Day, lot: string, actor?: string): FoldResult =>
  day.fold(day.yard.say('lotQuarantined', id(lot), { lotId: id(lot), reason: 'oil-found' }, actor));

export const release = (day: Day, lot: string, actor?: string, evidence?: string): FoldResult =>
  day.fold(
    day.yard.say(
      'lotReleased',
      id(lot),
      { lotId: id(lot), reason: 'cleaned', ...(evidence === undefined ? {} : { evidence }) },
      actor,
    ),
  );

export const condition = (day: Day, lot: string, changeMg: number): FoldResult =>
  day.fold(
    day.lab.say('lotConditioned', id(lot), {
      lotId: id(lot),
      changeMg,
      uncertaintyMg: 10,
      method: 'oven',
      basis: 'wet',
      moisturePpm: { before: 120_000, after: 80_000 },
    }),
  );

export const inspect = (day: Day, visit: string, verdict: 'clear' | 'alarm'): FoldResult =>
  day.fold(
    day.gate.say('inspectionRecorded', id(visit), {
      visitId: id(visit),
      radiation: { verdict },
      sealedContainers: 0,
      moisturePpm: null,
      contaminationPpm: null,
    }),
  );
