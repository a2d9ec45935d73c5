import { describe, expect, it } from '@jest/globals';
import {
  close,
  codesOf,
  container,
  Day,
  deliver,
  factNames,
  feed,
  frame,
  id,
  meter,
  RUN,
  runEnd,
  runStart,
  scan,
  start,
  weigh,
} from '../../../test/arbitraries/site-day.js';
import type { StationEvent } from '../../../test/arbitraries/site-stream.js';
import { balanceMg } from './mass.js';
import type { FoldResult, LotState } from './model.js';

const lotOf = (day: Day, lot: string): LotState => day.set.lots.get(id(lot))!;

describe('a run', () => {
  it('that nobody has heard of keeps outlets apart until it starts', () => {
    const day = new Day();
    const scanned = scan(day, [0, 40], [1, 60], [0, null]);
    expect(codesOf(scanned)).toEqual([`unknown-run ${RUN}`]);
    weigh(day, 0, 50);
    const started = start(day, 'out-1');
    expect(factNames(started)).toEqual(['run.opened', 'exception.closed run-opened', 'lot.opened']);
    expect(started.postings.map(({ debit, credit, massMg }) => [debit, credit, massMg])).toEqual([
      [`W:lot:${id('out-1')}`, `W:outlet:${RUN}:0`, 50n],
      [`E:lot:${id('out-1')}:steel`, `E:outlet:${RUN}:0:steel`, 40n],
    ]);
    expect(lotOf(day, 'out-1').pieces).toBe(2n);
    scan(day, [0, 5]);
    expect(balanceMg(lotOf(day, 'out-1').estimated['steel']!)).toBe(45n);
  });

  it('whose outlets weigh more than its feed says so', () => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    start(day, 'out-1');
    meter(day, 'lot-1', 500);
    scan(day, [0, 1]);
    weigh(day, 0, 900);
    const closed = close(day);
    expect(codesOf(closed)).toEqual([`outlets-exceed-feed ${RUN}`, `run-unbalanced ${RUN}`]);
    expect(closed.turnovers.get(`W:unaccounted:${RUN}`)?.creditsMg).toBe(400n);
  });

  it('closes once, starts once', () => {
    const day = new Day();
    start(day, 'out-1');
    expect(codesOf(start(day, 'out-2'))).toEqual([`run-started-twice ${RUN}`]);
    expect(day.set.lots.get(id('out-2'))).toBeNull();
    close(day);
    expect(codesOf(close(day))).toEqual([`run-closed-twice ${RUN}`]);
  });

  it('notes outlets that it does not list, at its balance', () => {
    const day = new Day();
    start(day, 'out-1');
    meter(day, 'lot-1', 30);
    weigh(day, 2, 30);
    // In one call, so that the balance is struck while the frame's sums are still held back.
    const closed = day.fold(
      day.sorter.say('piecesClassified', RUN, frame('run-1', [[3, 7]])),
      day.line.say('runClosed', RUN, runEnd('run-1', day.belt, day.sorter, day.floor)),
    );
    expect(closed.exceptionsRaised).toMatchObject([
      { code: 'unknown-lot', about: RUN, figures: { outlet: '2', weighedMg: '30' } },
      { code: 'unknown-lot', about: RUN, figures: { outlet: '3', weighedMg: '0' } },
    ]);
  });

  it('cannot list an outlet twice', () => {
    const day = new Day();
    const body = runStart('run-1', 'out-1', 'out-2');
    const outlets = body.outlets.map((outlet) => ({ ...outlet, outlet: 0 }));
    const result = day.fold(day.line.say('runStarted', RUN, { ...body, outlets }));
    expect(codesOf(result)).toEqual([`body-invalid ${RUN}`]);
  });
});

describe('the balance of a run', () => {
  const running = (): Day => {
    const day = new Day();
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    start(day, 'out-1');
    meter(day, 'lot-1', 1_000);
    scan(day, [0, 990]);
    weigh(day, 0, 990);
    return day;
  };
  const marks = (result: FoldResult): string | undefined =>
    /"marks":"([a-z]+)"/.exec(result.facts.map(({ data }) => data.toString()).join())?.[1];

  it('is struck at once when every station of the line has spoken', () => {
    const day = running();
    expect(marks(close(day))).toBe('reached');
  });

  it('waits one timeout for a station that is not named', () => {
    const day = running();
    day.fold(day.line.say('runClosed', RUN, runEnd('run-1', day.belt, day.sorter)));
    expect(marks(day.wait(58))).toBeUndefined();
    expect(day.set.runs.get(RUN)?.status).toBe('closing');
    expect(marks(day.wait(2))).toBe('waited');
  });

  it('waits for a mark, and is struck by the event that reaches it', () => {
    const day = running();
    const late = day.floor.say('containerWeighed', RUN, container('run-1', 0, 10));
    expect(factNames(close(day))).toEqual([]);
    const reached = day.fold(late);
    expect(marks(reached)).toBe('reached');
    expect(reached.turnovers.get(`W:unaccounted:${RUN}`)).toBeUndefined();
  });

  it('counts a mark as reached when its slot is a gap', () => {
    const day = running();
    day.floor.say('containerWeighed', RUN, container('run-1', 0, 10));
    const end = day.line.say('runClosed', RUN, runEnd('run-1', day.belt, day.sorter, day.floor));
    const other = day.floor.say('containerWeighed', id('run-2'), container('run-2', 0, 1));
    day.fold(other);
    day.wait(30);
    day.fold(end);
    expect(marks(day.wait(31))).toBe('gapped');
  });

  it('is superseded by what comes late, by the difference alone', () => {
    const day = running();
    const missed: StationEvent = day.floor.say('containerWeighed', RUN, container('run-1', 0, 4));
    day.fold(day.line.say('runClosed', RUN, runEnd('run-1', day.belt, day.sorter, day.floor)));
    const before = day.set.site.treeSize;
    const struck = day.wait(61).facts.at(-1)?.data.toString();
    expect(struck).toContain(`"restsOn":${before - 1}}`);
    const first = day.set.runs.get(RUN)!.balancedSeq;
    const late = day.fold(missed);
    expect(factNames(late)).toEqual(['exception.raised late-after-balance', 'run.balanced']);
    expect(late.facts.at(-1)?.data.toString()).toContain(`"supersedes":${first}`);
    expect(late.postings.map(({ code, massMg }) => [code, massMg])).toEqual([
      ['outlet', 4n],
      ['unaccounted', 4n],
    ]);
    expect(day.set.runs.get(RUN)?.unaccountedMg).toBe(6n);
    // A frame changes no weighed mass, and one note a run is enough.
    expect(factNames(scan(day, [0, 1]))).toEqual([]);
    expect(lotOf(day, 'out-1').pieces).toBe(2n);
  });
});

describe('an event that contradicts itself', () => {
  it('is in the log, and not in the books', () => {
    const day = new Day();
    const mismatch = day.fold(day.belt.say('feedMetered', id('run-9'), feed('run-1', 'lot-1', 5)));
    expect(codesOf(mismatch)).toEqual([`subject-mismatch ${day.belt.source}`]);
    const body = { ...feed('run-1', 'lot-1', 5), lotId: 'south.lot-1' };
    const foreign = day.fold(day.belt.say('feedMetered', RUN, body));
    expect(codesOf(foreign)).toEqual([`body-invalid ${day.belt.source}`]);
    expect([mismatch, foreign].flatMap(({ postings }) => postings)).toEqual([]);
    expect(day.set.boots.get(`${day.belt.source} ${day.belt.boot}`)?.position).toBe(2);
  });
});

describe('a visit', () => {
  const weighing = (day: Day, kind: 'gross' | 'tare', massMg: number): FoldResult =>
    day.fold(
      day.lab.say('weighingRecorded', id('visit-1'), {
        visitId: id('visit-1'),
        weighing: kind,
        scaleId: 's',
        massMg,
        uncertaintyMg: 10,
      }),
    );

  it('is compared with its ticket in whatever order they come', () => {
    const day = new Day();
    weighing(day, 'tare', 2_000);
    expect(codesOf(deliver(day, 'visit-1', { 'lot-1': 1_000 }))).toEqual([]);
    expect(codesOf(weighing(day, 'gross', 3_051))).toEqual([]);
    expect(codesOf(weighing(day, 'gross', 3_061))).toEqual([`delivery-mismatch ${id('visit-1')}`]);
  });

  it('with radiation or sealed containers is noted', () => {
    const day = new Day();
    const result = day.fold(
      day.gate.say('inspectionRecorded', id('visit-1'), {
        visitId: id('visit-1'),
        radiation: { verdict: 'alarm', nanosievertPerHour: 900 },
        sealedContainers: 2,
        moisturePpm: null,
        contaminationPpm: null,
      }),
    );
    expect(result.exceptionsRaised).toMatchObject([
      { code: 'radiation-alarm', severity: 'critical', figures: { nSvPerHour: '900' } },
      { code: 'sealed-container', severity: 'warning', figures: { containers: '2' } },
    ]);
  });
});

describe('masses that no belt can carry', () => {
  it('are summed exactly all the same', () => {
    const day = new Day();
    start(day, 'out-1');
    const huge = Number.MAX_SAFE_INTEGER;
    const result = scan(day, [0, huge], [0, huge - 1], [0, 1]);
    expect(result.turnovers.get(`E:lot:${id('out-1')}:steel`)?.debitsMg).toBe(2n * BigInt(huge));
    expect(scan(day, [0, huge]).turnovers.get(`E:run:${RUN}`)?.creditsMg).toBe(BigInt(huge));
  });
});
