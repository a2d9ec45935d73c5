import { type StreamRecord, decodeRecord, fold } from '#custody';
import { id, runStart } from '../arbitraries/site-day.js';
import { START_MS, Station, adoption, at, emptySite, load } from '../arbitraries/site-stream.js';
import { COLUMNS, FrameMaker } from './classified-frames.js';

const PIECES = 128 * 200;
const ROUNDS = 40;
const RUN = id('run-1');

const middle = (rounds: readonly number[]): number =>
  Math.round([...rounds].sort((a, b) => a - b)[rounds.length / 2]!);

/** What checking and folding classified frames costs on this machine: `npm run bench:fold`. */
for (const framePieces of [20, 128]) {
  const checks: number[] = [];
  const folds: number[] = [];
  const { opening, frames } = streamOf(framePieces);
  const bodies = frames.map((raw) => JSON.parse(raw.value.toString()) as unknown);
  for (let round = 0; round < ROUNDS; round++) {
    const set = emptySite();
    load(set, opening);
    fold(set, opening);
    const started = process.hrtime.bigint();
    const records = frames.map((raw, of) => decodeRecord({ ...raw, body: bodies[of] }));
    const checked = process.hrtime.bigint();
    load(set, records);
    fold(set, records);
    folds.push(Number(process.hrtime.bigint() - checked) / PIECES);
    checks.push(Number(checked - started) / PIECES);
  }
  console.log(
    `frames of ${framePieces}, ${COLUMNS} columns: check ${middle(checks)}, ` +
      `fold ${middle(folds)} ns a piece (median of ${ROUNDS} rounds)`,
  );
}

function streamOf(framePieces: number): {
  opening: StreamRecord[];
  frames: Parameters<typeof decodeRecord>[0][];
} {
  const line = new Station('line');
  const sorter = new Station('sorter');
  const maker = new FrameMaker(framePieces, 4);
  const events = Array.from({ length: PIECES / framePieces }, () =>
    sorter.say('piecesClassified', RUN, maker.next(RUN)),
  );
  const started = line.say('runStarted', RUN, runStart('run-1', 'a', 'b', 'c', 'd'));
  return {
    opening: [adoption(), started].map((event) => at(event, START_MS)),
    frames: events.map((event) => ({ ...event, ingestTimeMs: START_MS + 1 })),
  };
}
