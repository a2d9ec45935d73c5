import fc from 'fast-check';
import { type DataOf, EVENTS } from '#contracts';
import { SITE, Station, type StationEvent } from './site-stream.js';

/**
 * What becomes of shipments at their other end, and what other sites send here. Masses are drawn
 * freely: loads weigh more than was dispatched, receivers contradict the sender's office, and
 * receipts are of shipments that were never dispatched.
 */

const mass = fc.integer({ min: 0, max: 5_000 });
const uncertaintyMg = fc.integer({ min: 0, max: 200 });
const remainder = fc.constantFrom('none' as const, 'to-follow' as const, 'sent-back' as const);

const load = fc.record({
  by: fc.constantFrom('peer' as const, 'office' as const),
  acceptedMg: mass,
  deductionMg: fc.option(mass, { nil: undefined }),
  uncertaintyMg,
  remainder,
});

const comeBack = fc.record({
  massMg: mass,
  uncertaintyMg,
  into: fc.constantFrom('same' as const, 'fresh' as const),
  remainder: fc.constantFrom('none' as const, 'to-follow' as const),
});

/** What follows the dispatch of one shipment. */
export const aftermath = fc.record({
  consigneeSite: fc.boolean(),
  loads: fc.array(load, { maxLength: 2 }),
  comeBack: fc.option(comeBack, { nil: undefined }),
});

/** A load of a shipment of another site. */
export const incoming = fc.record({
  lines: fc.array(fc.record({ massMg: mass, uncertaintyMg }), { maxLength: 2 }),
  deductionMg: fc.option(mass, { nil: undefined }),
  uncertaintyMg,
  remainder,
});

type Given<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** Who speaks of shipments; the ledger of the other site has a source and a boot of its own. */
export interface TransferSpeakers {
  readonly gate: Station;
  readonly office: Station;
  readonly peer: Station;
}

export const transferSpeakers = (gate: Station): TransferSpeakers => ({
  gate,
  office: new Station('office'),
  peer: new Station('ledger', 1, 'south/ledger'),
});

const deductionsOf = (
  massMg: number | undefined,
): Pick<DataOf<'transferNotified'>, 'deductions'> =>
  massMg === undefined ? {} : { deductions: [{ account: 'moisture', massMg, reason: 'rain' }] };

/** The bridge weighs a vehicle of 100 mg that leaves with so much. */
export const departureOf = (bridge: Station, visitId: string, massMg: number): StationEvent[] =>
  (['tare', 'gross'] as const).map((weighing) =>
    bridge.say('weighingRecorded', visitId, {
      ...{ visitId, weighing, scaleId: 'bridge-1', uncertaintyMg: 10 },
      massMg: weighing === 'tare' ? 100 : 100 + massMg,
    }),
  );

export function aftermathOf(
  { gate, office, peer }: TransferSpeakers,
  shipmentId: string,
  lotId: string,
  drawn: Given<typeof aftermath>,
): StationEvent[] {
  const events = drawn.loads.map(({ by, deductionMg, ...said }, at) => {
    const receiptId = `${by === 'peer' ? 'south' : SITE}.receipt-${shipmentId}-${at}`;
    const verdict = 'accepted' as const;
    const load = { shipmentId, receiptId, verdict, ...said, ...deductionsOf(deductionMg) };
    return by === 'peer'
      ? peer.say('transferNotified', shipmentId, { ...load, lots: [], logIndex: at })
      : office.say('shipmentReceived', receiptId, { ...load, lines: [] });
  });
  if (drawn.comeBack === undefined) return events;
  const { into, remainder: rest, ...weighed } = drawn.comeBack;
  const back = gate.say('shipmentReturned', shipmentId, {
    shipmentId,
    returnId: `${SITE}.return-${shipmentId}`,
    reason: 'rejected',
    lines: [
      {
        lotId: into === 'same' ? lotId : `${SITE}.back-${shipmentId}`,
        fromLotId: lotId,
        stream: 'steel',
        declaredGrade: 'E40',
        ewc: '191001',
        ...weighed,
      },
    ],
    remainder: rest,
  });
  return [...events, back];
}

/** Openings of what a visit commits to: the log keeps their digests alone. */
export const openingsOf = ({ gate }: TransferSpeakers, visitId: string): StationEvent =>
  gate.say('confidentialRecorded', visitId, {
    about: visitId,
    openings: EVENTS.confidentialRecorded.examples[0]!.openings,
  });

export function incomingOf(
  { gate }: TransferSpeakers,
  index: number,
  drawn: Given<typeof incoming>,
): StationEvent {
  const receiptId = `${SITE}.receipt-${index}`;
  const lines = drawn.lines.map((line, at) => ({
    lotId: `${SITE}.in-${index}-${at}`,
    fromLotId: `west.lot-${at}`,
    stream: 'steel' as const,
    declaredGrade: 'E40',
    ewc: '191001',
    origin: 'West yard',
    ...line,
  }));
  return gate.say('shipmentReceived', receiptId, {
    receiptId,
    shipmentId: 'west.shipment-1',
    verdict: lines.length === 0 ? 'rejected' : 'accepted',
    lines,
    acceptedMg: lines.reduce((sum, { massMg }) => sum + massMg, 0),
    uncertaintyMg: drawn.uncertaintyMg,
    ...deductionsOf(drawn.deductionMg),
    remainder: drawn.remainder,
  });
}
