import type { DataOf, EventAttributes, TypedData } from '#contracts';
import { loss } from './accounts.js';
import { closeForGood, closingKey, noteDifference } from './closings.js';
import { UNKNOWN_CUSTODY } from './custody-models.js';
import { raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import { gradeAnew } from './grading.js';
import { isClosed, step } from './lot-states.js';
import { arriveInLot, leaveLot, lotNamed } from './lots.js';
import { balanceMg, beyondThreeSigma, square, sum } from './mass.js';
import { lotQuarantined, lotReleased } from './quarantine.js';
import { madeLot, transform } from './transformations.js';

/** What the yard does with lots and piles. Mass that it states is moved, whatever the books hold. */

type YardData = Extract<
  TypedData,
  {
    readonly key:
      | 'lotsBlended'
      | 'lotSplit'
      | 'lotMoved'
      | 'lotQuarantined'
      | 'lotReleased'
      | 'lotConditioned'
      | 'stockCounted';
  }
>;

export function bookYard(folding: Folding, typed: YardData, attributes: EventAttributes): void {
  switch (typed.key) {
    case 'lotsBlended':
      lotsBlended(folding, typed.data, attributes);
      return;
    case 'lotSplit':
      lotSplit(folding, typed.data, attributes);
      return;
    case 'lotMoved':
      lotMoved(folding, typed.data, attributes);
      return;
    case 'lotQuarantined':
      lotQuarantined(folding, typed.data, attributes);
      return;
    case 'lotReleased':
      lotReleased(folding, typed.data, attributes);
      return;
    case 'lotConditioned':
      lotConditioned(folding, typed.data, attributes);
      return;
    case 'stockCounted':
      stockCounted(folding, typed.data, attributes);
      return;
  }
}

/** `lots.blended`: the output is the sum of its inputs. */
function lotsBlended(
  folding: Folding,
  { output, inputs }: DataOf<'lotsBlended'>,
  attributes: EventAttributes,
): void {
  const lot = madeLot(folding, output);
  const taken = inputs.map((input) => ({
    lot: lotNamed(folding, input.lotId),
    massMg: BigInt(input.massMg),
    varianceMg2: square(input.uncertaintyMg),
    deed: input.all ? ('consumed' as const) : ('used' as const),
  }));
  const massMg = sum(taken.map((input) => input.massMg));
  const varianceMg2 = sum(taken.map((input) => input.varianceMg2));
  transform(folding, {
    via: 'blend',
    subject: lot.lotId,
    inputs: taken,
    outputs: [{ lot, massMg, varianceMg2 }],
    key: closingKey(attributes),
  });
  fact(folding, 'lotWasBlended', lot.lotId, {
    lotId: lot.lotId,
    inputs: inputs.map((input, at) => ({
      lotId: input.lotId,
      massMg: input.massMg.toString(),
      uncertaintyMg: input.uncertaintyMg.toString(),
      closed: isClosed(taken[at]!.lot),
    })),
    massMg: massMg.toString(),
    model: (lot.custody ?? UNKNOWN_CUSTODY).model,
  });
}

/** `lot.split`: parts become lots of their own; what no mass names is of the first. */
function lotSplit(
  folding: Folding,
  { lotId, parts, all }: DataOf<'lotSplit'>,
  attributes: EventAttributes,
): void {
  const lot = lotNamed(folding, lotId);
  const given = parts.map((part) => ({
    lot: madeLot(folding, part),
    massMg: BigInt(part.massMg),
    varianceMg2: square(part.uncertaintyMg),
  }));
  const massMg = sum(given.map((part) => part.massMg));
  const varianceMg2 = sum(given.map((part) => part.varianceMg2));
  transform(folding, {
    via: 'split',
    subject: lotId,
    inputs: [{ lot, massMg, varianceMg2, deed: all ? 'consumed' : 'used' }],
    outputs: given,
    key: closingKey(attributes),
  });
  fact(folding, 'lotWasSplit', lotId, {
    lotId,
    parts: parts.map((part, at) => ({
      lotId: part.lotId,
      massMg: part.massMg.toString(),
      uncertaintyMg: part.uncertaintyMg.toString(),
      model: (given[at]!.lot.custody ?? UNKNOWN_CUSTODY).model,
    })),
    remainingMg: balanceMg(lot.weighed).toString(),
    closed: isClosed(lot),
  });
}

/** `lot.moved`: to another place, or onto a pile. */
function lotMoved(
  folding: Folding,
  { lotId, place, onto }: DataOf<'lotMoved'>,
  attributes: EventAttributes,
): void {
  const lot = lotNamed(folding, lotId);
  if (onto === undefined) {
    step(folding, lot, 'moved', attributes.source);
    lot.place = place;
    return;
  }
  const pile = madeLot(folding, { ...onto, place: onto.place ?? place });
  const massMg = BigInt(onto.massMg);
  const side = { massMg, varianceMg2: square(onto.uncertaintyMg) };
  transform(folding, {
    via: 'move',
    subject: lotId,
    inputs: [{ lot, ...side, deed: onto.all ? 'consumed' : 'used' }],
    outputs: [{ lot: pile, ...side }],
    key: closingKey(attributes),
  });
}

/** `stock.counted`: closes a pile; what was counted goes on, the rest is the pile's variance. */
function stockCounted(
  folding: Folding,
  { lotId, into, ...counted }: DataOf<'stockCounted'>,
  attributes: EventAttributes,
): void {
  const lot = lotNamed(folding, lotId);
  const massMg = BigInt(counted.massMg);
  const side = { massMg, varianceMg2: square(counted.uncertaintyMg) };
  if (into === undefined) {
    const wasClosed = isClosed(lot);
    const heldMg = balanceMg(lot.weighed);
    step(folding, lot, 'counted', attributes.source);
    closeForGood(folding, lot, { status: 'counted', key: closingKey(attributes) });
    if (!wasClosed) noteDifference(folding, lot, heldMg, lot.uncertaintyMg2 + side.varianceMg2);
    return;
  }
  const next = madeLot(folding, { ...into, place: into.place ?? lot.place ?? undefined });
  transform(folding, {
    via: 'count',
    subject: lotId,
    inputs: [{ lot, ...side, deed: 'counted' }],
    outputs: [{ lot: next, ...side }],
    key: closingKey(attributes),
  });
}

/** `lot.conditioned`: water goes to the lot's moisture account, or comes from it. */
function lotConditioned(
  folding: Folding,
  { lotId, changeMg, uncertaintyMg, basis, moisturePpm }: DataOf<'lotConditioned'>,
  { source }: EventAttributes,
): void {
  const lot = lotNamed(folding, lotId);
  step(folding, lot, 'conditioned', source);
  if (moisturePpm !== undefined) {
    const { after: ppm, uncertaintyPpm } = moisturePpm;
    const known = uncertaintyPpm === undefined ? {} : { uncertaintyPpm };
    lot.moisture = { basis, ppm, ...known, logIndex: folding.cause };
    gradeAnew(folding, lot);
  }
  const varianceMg2 = square(uncertaintyMg);
  const flow = { account: loss('moisture', lotId), varianceMg2, code: 'conditioned' as const };
  if (changeMg >= 0) {
    const massMg = BigInt(changeMg);
    arriveInLot(folding, lot, { ...flow, massMg });
    // Water is not material that came in.
    lot.receivedMg -= massMg;
    return;
  }
  const heldMg = balanceMg(lot.weighed);
  const massMg = BigInt(-changeMg);
  const toleranceMg2 = lot.uncertaintyMg2 + varianceMg2;
  const lentMg = leaveLot(folding, lot, { ...flow, massMg });
  if (!isClosed(lot) && beyondThreeSigma(lentMg, toleranceMg2)) {
    const takenMg = massMg.toString();
    raise(folding, 'lot-overdrawn', lotId, { takenMg, heldMg: heldMg.toString() });
  }
}
