import fc from 'fast-check';
import { CUSTODY_MODELS, type CustodyModel, type DataOf } from '#contracts';
import { SITE, type Station, type StationEvent } from './site-stream.js';

/** What a yard does with the lots that there are: any of it, in any order, with any mass. */

export interface Yard {
  readonly events: StationEvent[];
  /** Ids, the oldest first; new ones are added. */
  readonly lots: string[];
  readonly yard: Station;
  readonly lab: Station;
}

const massMg = fc.integer({ min: 0, max: 5_000 });
const uncertaintyMg = fc.integer({ min: 0, max: 200 });
const all = fc.boolean();
const lot = fc.nat();
const model = fc.option(fc.constantFrom(...CUSTODY_MODELS), { nil: undefined });
const taken = { massMg, uncertaintyMg, all };

const deed = fc.oneof(
  fc.record({
    what: fc.constant('blend' as const),
    inputs: fc.array(fc.record({ lot, ...taken }), { minLength: 1, maxLength: 3 }),
    into: fc.option(lot),
    model,
  }),
  fc.record({
    what: fc.constant('split' as const),
    lot,
    parts: fc.array(fc.record({ massMg, uncertaintyMg, model }), { minLength: 1, maxLength: 2 }),
    all,
  }),
  fc.record({ what: fc.constant('pile' as const), lot, ...taken, into: fc.option(lot) }),
  fc.record({ what: fc.constant('move' as const), lot }),
  fc.record({ what: fc.constant('count' as const), lot, massMg, uncertaintyMg }),
  fc.record({
    what: fc.constant('condition' as const),
    lot,
    changeMg: fc.integer({ min: -2_000, max: 2_000 }),
    uncertaintyMg,
  }),
  fc.record({
    what: fc.constant('assay' as const),
    lot,
    assayId: fc.constantFrom('assay-1', 'assay-2'),
    fractions: fc.array(
      fc.record({
        analyte: fc.constantFrom('Cu', 'Sn', 'sterile', 'constructor'),
        ppm: fc.nat({ max: 1_000_000 }),
        uncertaintyPpm: fc.nat({ max: 1_000_000 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  fc.record({
    what: fc.constant('regrade' as const),
    lot,
    grade: fc.constantFrom(undefined, 'E40', 'E1', 'low-copper-shred', 'no-grade'),
    book: fc.constantFrom(undefined, 'grades-eu27', 'grades-customer-example-mill', 'no-book'),
  }),
  fc.record({ what: fc.constant('quarantine' as const), lot, actor: fc.constantFrom('a', 'b') }),
  fc.record({ what: fc.constant('release' as const), lot, actor: fc.constantFrom('a', 'b') }),
);
export type YardDeed = typeof deed extends fc.Arbitrary<infer Deed> ? Deed : never;

export const yardDeeds: fc.Arbitrary<YardDeed[]> = fc.array(deed, { maxLength: 5 });

/** `name` tells the lots that this makes from those of other calls. */
export function addYardDeeds(yard: Yard, name: string, deeds: readonly YardDeed[]): void {
  deeds.forEach((one, index) => {
    addDeed(yard, `${SITE}.${name}-${index}`, one);
  });
}

const made = (
  lotId: string,
  asked?: CustodyModel,
): DataOf<'lotsBlended'>['output'] & { stream: 'steel' } => ({
  lotId,
  stream: 'steel',
  materialClass: 'mixed',
  ...(asked === undefined ? {} : { model: asked }),
});

function addDeed(yard: Yard, fresh: string, drawn: YardDeed): void {
  const { events, lots, yard: station } = yard;
  const pick = (at: number): string => lots[at % lots.length]!;
  if (drawn.what === 'blend') {
    const inputs = drawn.inputs.map(({ lot: at, ...rest }) => ({ lotId: pick(at), ...rest }));
    const output =
      later(
        yard,
        inputs.map(({ lotId }) => lotId),
        drawn.into,
      ) ?? fresh;
    events.push(station.say('lotsBlended', output, { output: made(output, drawn.model), inputs }));
    lots.push(output);
    return;
  }
  const lotId = pick(drawn.lot);
  switch (drawn.what) {
    case 'split': {
      const parts = drawn.parts.map(({ model: asked, ...mass }, at) => ({
        ...made(`${fresh}-${at}`, asked),
        ...mass,
      }));
      events.push(station.say('lotSplit', lotId, { lotId, parts, all: drawn.all }));
      lots.push(...parts.map((part) => part.lotId));
      return;
    }
    case 'pile': {
      const { massMg: mass, uncertaintyMg: uncertainty, all: whole, into } = drawn;
      const pile = later(yard, [lotId], into) ?? fresh;
      const onto = { ...made(pile), massMg: mass, uncertaintyMg: uncertainty, all: whole };
      events.push(station.say('lotMoved', lotId, { lotId, place: 'pile-1', onto }));
      lots.push(pile);
      return;
    }
    case 'count': {
      const { massMg: mass, uncertaintyMg: uncertainty } = drawn;
      const counted = { lotId, massMg: mass, uncertaintyMg: uncertainty, method: 'survey' };
      const into = mass === 0 ? {} : { into: made(fresh) };
      events.push(station.say('stockCounted', lotId, { ...counted, ...into }));
      if (mass > 0) lots.push(fresh);
      return;
    }
    case 'move':
    case 'condition':
    case 'assay':
    case 'regrade':
    case 'quarantine':
    case 'release':
      events.push(quietDeed(yard, lotId, drawn));
  }
}

/** A lot graded anew, as what it is meant for where nothing is named. */
export const regrading = (
  lotId: string,
  grade?: string,
  book?: string,
): DataOf<'gradingRequested'> => ({
  lotId,
  ...(grade === undefined ? {} : { grade }),
  ...(book === undefined ? {} : { book: { name: book } }),
});

/** Moves no mass to another lot. */
function quietDeed(
  { yard: station, lab }: Yard,
  lotId: string,
  drawn: Extract<
    YardDeed,
    { what: 'move' | 'condition' | 'assay' | 'regrade' | 'quarantine' | 'release' }
  >,
): StationEvent {
  switch (drawn.what) {
    case 'move':
      return station.say('lotMoved', lotId, { lotId, place: 'bay-1' });
    case 'condition':
      return lab.say('lotConditioned', lotId, {
        lotId,
        changeMg: drawn.changeMg,
        uncertaintyMg: drawn.uncertaintyMg,
        method: 'oven',
        basis: 'wet',
      });
    case 'assay': {
      const { assayId, fractions } = drawn;
      const assay = { lotId, assayId, method: 'melt-OES', sampleMassMg: 5, fractions };
      const bulkDensityKgPerM3 = { value: 950, uncertainty: 20 };
      const dense = assayId === 'assay-2' ? { properties: { bulkDensityKgPerM3 } } : {};
      return lab.say('lotAssayed', lotId, { ...assay, ...dense });
    }
    case 'regrade':
      return station.say('gradingRequested', lotId, regrading(lotId, drawn.grade, drawn.book));
    case 'quarantine':
      return station.say('lotQuarantined', lotId, { lotId, reason: 'oil' }, drawn.actor);
    case 'release':
      return station.say('lotReleased', lotId, { lotId, reason: 'cleaned' }, drawn.actor);
  }
}

/**
 * A known lot that is younger than all of these: what a lot became is never older than itself, and
 * of a circle the books keep what the first of its events says.
 */
function later({ lots }: Yard, inputs: readonly string[], pick: number | null): string | null {
  if (pick === null) return null;
  const newest = Math.max(...inputs.map((lotId) => lots.indexOf(lotId)));
  const younger = lots.filter((lotId) => lots.indexOf(lotId) > newest);
  return younger[pick % younger.length] ?? null;
}
