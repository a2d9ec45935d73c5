import fc from 'fast-check';
import type { StreamRecord } from '#custody';
import {
  BOOT,
  SITE,
  START_MS,
  Station,
  type StationEvent,
  at,
  calibration,
  stream,
} from './site-stream.js';

/** What networks, power cuts and impatient senders do to the order of a site's events. */

/** Draws another interleaving of the sources; each keeps its own order, the registry stays first. */
export const interleaving = (
  events: readonly StationEvent[],
): fc.Arbitrary<readonly StationEvent[]> =>
  fc.array(fc.nat(), { minLength: events.length, maxLength: events.length }).map((picks) => {
    const [first, ...rest] = events;
    const queues = new Map<string, StationEvent[]>();
    for (const event of rest) {
      const queue = queues.get(event.attributes.source) ?? [];
      queue.push(event);
      queues.set(event.attributes.source, queue);
    }
    const merged = [first!];
    for (const pick of picks) {
      const open = [...queues.values()].filter(({ length }) => length > 0);
      if (open.length > 0) merged.push(open[pick % open.length]!.shift()!);
    }
    return merged;
  });

/** Delays each event by up to `places` places: the order within a source breaks too. */
export const delays = (
  events: readonly StationEvent[],
  places = 12,
): fc.Arbitrary<readonly StationEvent[]> =>
  fc
    .array(fc.nat({ max: places }), { minLength: events.length, maxLength: events.length })
    .map((late) =>
      events
        .map((event, index) => ({ event, place: index === 0 ? -1 : index + late[index]! }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event),
    );

/** Drops some events for good, repeats others, wherever. */
export const damage = (events: readonly StationEvent[]): fc.Arbitrary<readonly StationEvent[]> =>
  fc
    .array(fc.constantFrom(1, 1, 1, 1, 0, 2), {
      minLength: events.length,
      maxLength: events.length,
    })
    .map((copies) =>
      events.flatMap((event, index) =>
        Array.from({ length: index === 0 ? 1 : copies[index]! }, () => event),
      ),
    );

/** The sorter's spool is made anew half way: a higher boot, which names where the lower ended. */
export function withNewBoot(
  events: readonly StationEvent[],
  known: boolean,
): readonly StationEvent[] {
  const source = `${SITE}.sorter`;
  const said = events.filter(({ attributes }) => attributes.source === source);
  const half = Math.floor(said.length / 2);
  const fresh = new Station('sorter', BOOT + 500);
  const booted = fresh.say('stationBooted', source, {
    previousBoot: half === 0 ? null : BOOT,
    previousLastSeq: known ? half : 'unknown',
    software: { name: 'edge', version: '1' },
  });
  const later = new Set(said.slice(half));
  let seq = fresh.lastSeq;
  const renumbered = events.map((event) => {
    if (!later.has(event)) return event;
    seq++;
    return { ...event, attributes: { ...event.attributes, boot: fresh.boot, seq } };
  });
  const at = events.findIndex((event) => later.has(event));
  return at < 0 ? events : renumbered.toSpliced(at, 0, booted);
}

/** Two records far apart in time: whatever waits for a timeout has its turn. */
export const quiet = (): readonly StationEvent[] => {
  const lab = new Station('lab');
  return [calibration(lab), calibration(lab), calibration(lab)];
};

/** Events `step` milliseconds apart, then so much silence that everything that waits has its turn. */
export function withSilence(events: readonly StationEvent[], step = 4_000): StreamRecord[] {
  const end = START_MS + events.length * step;
  return [
    ...stream(events, step),
    ...quiet().map((event, index) => at(event, end + (index + 1) * 100_000)),
  ];
}
