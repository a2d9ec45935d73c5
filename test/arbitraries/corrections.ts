import fc from 'fast-check';
import { type DataOf, EVENTS, eventId } from '#contracts';
import { officeHistory } from './office-history.js';
import { SITE, Station, type StationEvent, emptySite, loadAndFold, stream } from './site-stream.js';

/** The office declares an event erroneous that stands at a log index. */
export function correct(
  office: Station,
  event: StationEvent,
  logIndex: number,
  corrected: object | null,
  approvedBy?: string,
): StationEvent {
  const { source, boot, seq, type } = event.attributes;
  const said = office.say('eventCorrected', office.source, {
    errs: { source, id: eventId({ boot, seq }), logIndex, type },
    ...(corrected === null
      ? { reason: 'did-not-occur' as const }
      : { reason: 'incorrect-data' as const, corrected: { ...corrected } }),
    ...(approvedBy === undefined ? {} : { approvedBy }),
  });
  return { ...said, attributes: { ...said.attributes, actor: 'operator-1' } };
}

/** Gross of the first visit. */
export const weighing = (massMg: number): DataOf<'weighingRecorded'> => ({
  visitId: `${SITE}.visit-1`,
  weighing: 'gross',
  scaleId: 's',
  massMg,
  uncertaintyMg: 5,
});

/** Copper in the first lot. */
export const assay = (ppm: number): DataOf<'lotAssayed'> => ({
  lotId: `${SITE}.lot-1`,
  assayId: 'a-1',
  method: 'xrf',
  sampleMassMg: 5,
  fractions: [{ analyte: 'Cu', ppm, uncertaintyPpm: 1 }],
});

/** What an event of a drawn history might have been meant to say; null: nothing to correct. */
export function otherData(event: StationEvent, massMg: number): object | null {
  const data = JSON.parse(event.value.toString()) as Record<string, unknown>;
  switch (event.attributes.type) {
    case EVENTS.deliveryCompleted.type: {
      const [line, ...rest] = (data as DataOf<'deliveryCompleted'>).lines;
      return { ...data, lines: [{ ...line!, massMg }, ...rest] };
    }
    case EVENTS.shipmentDispatched.type: {
      const [line, ...rest] = (data as DataOf<'shipmentDispatched'>).lines;
      return { ...data, lines: [{ ...line!, massMg }, ...rest] };
    }
    case EVENTS.containerWeighed.type:
    case EVENTS.weighingRecorded.type:
      return { ...data, massMg };
    case EVENTS.feedMetered.type:
      return { ...data, cumulativeMg: massMg };
    case EVENTS.runClosed.type: {
      const [loss, ...rest] = (data as DataOf<'runClosed'>).losses;
      return loss === undefined ? null : { ...data, losses: [{ ...loss, massMg }, ...rest] };
    }
    default:
      return null;
  }
}

interface Pick {
  readonly pick: number;
  readonly massMg: number;
  readonly never: boolean;
}
const picks = fc.array(
  fc.record({ pick: fc.nat(), massMg: fc.nat({ max: 5_000 }), never: fc.boolean() }),
  { minLength: 1, maxLength: 4 },
);

/** Log indices of events, by source and seq. */
export function placesOf(events: readonly StationEvent[]): Map<StationEvent, number> {
  const set = emptySite();
  const { entries } = loadAndFold(set, stream(events));
  const texts = entries.map((entry) => entry.toString());
  return new Map(
    events.map((event) => {
      const { source, boot, seq } = event.attributes;
      const named = `"id":"${boot}.${seq}","source":"${source}"`;
      return [event, texts.findIndex((text) => text.includes(named))];
    }),
  );
}

/** The history, and what the office says of some of its events after its first half or all of it. */
function withCorrections(
  events: readonly StationEvent[],
  drawn: readonly Pick[],
  half: boolean,
): StationEvent[] {
  const at = half ? Math.ceil(events.length / 2) : events.length;
  const said = events.slice(0, at);
  // The ledger of another site says what it says; the office here corrects stations.
  const own = said.filter(({ attributes }) => !attributes.source.includes('/'));
  const places = placesOf(said);
  const office = new Station('desk', 1_795_000_900);
  const corrections = drawn.flatMap(({ pick, massMg, never }) => {
    const event = own[pick % own.length]!;
    const other = never ? null : otherData(event, massMg);
    return never || other !== null ? [correct(office, event, places.get(event)!, other)] : [];
  });
  return [...said, ...corrections, ...events.slice(at)];
}

/** A site's history with its office, which corrects itself too. */
export const correctedHistory: fc.Arbitrary<readonly StationEvent[]> = fc
  .record({ history: officeHistory, drawn: picks, half: fc.boolean() })
  .map(({ history, drawn, half }) => withCorrections(history.events, drawn, half));
