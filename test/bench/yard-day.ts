import type { StreamRecord } from '#custody';
import { container, delivery, feed, frame, id, runEnd, runStart } from '../arbitraries/site-day.js';
import { Station, type StationEvent, adoption, stream } from '../arbitraries/site-stream.js';

const RUNS = 4;
const FRAMES = 20;
const TONNE = 1_000_000_000;

const said = (kind: Record<'gate' | 'line' | 'belt' | 'sorter' | 'floor' | 'yard', Station>) => {
  const { gate, line, belt, sorter, floor, yard } = kind;
  const events: StationEvent[] = [adoption()];
  const lots = Object.fromEntries(Array.from({ length: RUNS }, (_, n) => [`in-${n}`, 20 * TONNE]));
  const { visitId, lines } = delivery('visit-1', lots);
  events.push(gate.say('deliveryCompleted', visitId, { visitId, lines }));
  for (let n = 0; n < RUNS; n++) {
    const run = `run-${n}`;
    const outputs = ['clean', 'copper', 'rest'].map((name) => `${name}-${n}`);
    const started = { ...runStart(run, ...outputs), inputs: [id(`in-${n}`)] };
    events.push(
      line.say('runStarted', started.runId, started),
      belt.say('feedMetered', id(run), feed(run, `in-${n}`, 20 * TONNE)),
    );
    for (let k = 0; k < FRAMES; k++) {
      const pieces = Array.from({ length: 20 }, (_, at) => [at % 3, 400_000 + at] as const);
      events.push(sorter.say('piecesClassified', id(run), frame(run, pieces)));
    }
    events.push(
      ...[16, 1, 3].map((tonnes, outlet) =>
        floor.say('containerWeighed', id(run), container(run, outlet, tonnes * TONNE)),
      ),
      line.say('runClosed', id(run), runEnd(run, belt, sorter, floor)),
    );
  }
  for (const name of ['clean', 'copper']) {
    const inputs = Array.from({ length: RUNS }, (_, n) => `${name}-${n}`);
    events.push(yard.say('lotsBlended', id(`${name}-pile`), blend(`${name}-pile`, inputs)));
    events.push(yard.say('lotSplit', id(`${name}-pile`), split(`${name}-pile`)));
  }
  return events;
};

const made = (lot: string) => ({
  lotId: id(lot),
  stream: 'steel' as const,
  materialClass: 'steel',
  place: 'bay-4',
});

const blend = (lot: string, inputs: readonly string[]) => ({
  output: made(lot),
  inputs: inputs.map((input) => ({
    lotId: id(input),
    massMg: TONNE,
    uncertaintyMg: 10,
    all: false,
  })),
});

const split = (lot: string) => ({
  lotId: id(lot),
  parts: [1, 2].map((part) => ({
    ...made(`${lot}-${part}`),
    massMg: TONNE,
    uncertaintyMg: 10,
  })),
  all: false,
});

/** A yard's day: a delivery of four lots, a run of each, two blends of what came out, two splits. */
export function yardDay(): StreamRecord[] {
  const [gate, line, belt, sorter, floor, yard] = [
    'gate',
    'line',
    'belt',
    'sorter',
    'floor',
    'yard',
  ].map((name) => new Station(name)) as [Station, Station, Station, Station, Station, Station];
  return stream(said({ gate, line, belt, sorter, floor, yard }));
}
