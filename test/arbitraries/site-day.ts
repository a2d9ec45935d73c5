import { type DataOf, siteOf } from '#contracts';
import type { FoldResult, RuleVersions, WorkingSet } from '#custody';
import {
  SITE,
  START_MS,
  Station,
  type StationEvent,
  adoption,
  at,
  calibration,
  emptySite,
  loadAndFold,
} from './site-stream.js';

/** Bodies of events with everything that a test does not care about filled in. */

/** A name that has its site before it is an id already. */
export const id = (name: string): string => (siteOf(name) === '' ? `${SITE}.${name}` : name);

export const delivery = (
  visit: string,
  lines: Readonly<Record<string, number>>,
): DataOf<'deliveryCompleted'> => ({
  visitId: id(visit),
  lines: Object.entries(lines).map(([lot, massMg]) => ({
    lotId: id(lot),
    stream: 'steel',
    declaredGrade: 'E40',
    ewc: '191001',
    origin: 'yard',
    massMg,
    uncertaintyMg: 10,
  })),
});

/** Outlet 0, 1 … fill the lots in the order given. */
export const runStart = (run: string, ...lots: readonly string[]): DataOf<'runStarted'> => ({
  runId: id(run),
  lineId: 'line-1',
  recipe: 'steel-1',
  stream: 'steel',
  inputs: [`${siteOf(id(run))}.lot-1`],
  outlets: lots.map((lot, outlet) => ({ outlet, lotId: id(lot), targetClass: 'steel' })),
});

export const feed = (run: string, lot: string, cumulativeMg: number): DataOf<'feedMetered'> => ({
  runId: id(run),
  lotId: id(lot),
  cumulativeMg,
  uncertaintyMg: 10,
  method: 'belt-scale',
});

export const container = (
  run: string,
  outlet: number,
  massMg: number,
): DataOf<'containerWeighed'> => ({
  runId: id(run),
  outlet,
  containerId: 'skip-1',
  scaleId: 'floor-1',
  massMg,
  uncertaintyMg: 10,
});

/** A frame of one class; each piece goes to the outlet named beside its mass. */
export const frame = (
  run: string,
  pieces: readonly (readonly [outlet: number, massMg: number | null])[],
): DataOf<'piecesClassified'> => ({
  scan: {
    runId: id(run),
    offsetMs: pieces.map(() => 0),
    massMg: pieces.map(([, massMg]) => massMg),
    massMethod: 'volume-model',
    massUncertaintyPpm: 80_000,
    outlet: pieces.map(([outlet]) => outlet),
    ppm: {},
    sensorModel: 'xrf-1',
    calibrationId: 'cal-1',
    recipe: 'steel-1',
  },
  classification: {
    model: 'bayes-1',
    modelDigest: '9a'.repeat(32),
    classes: ['steel'],
    flags: [],
    class: pieces.map(() => 0),
    confidencePpm: pieces.map(() => 900_000),
    flagged: [],
  },
});

/** Closes a run; the marks are the last events of the stations given. */
export const runEnd = (run: string, ...stations: readonly Station[]): DataOf<'runClosed'> => ({
  runId: id(run),
  losses: [],
  upTo: stations
    .filter(({ lastSeq }) => lastSeq > 0)
    .map(({ source, boot, lastSeq }) => ({ source, boot, seq: lastSeq })),
});

export const dispatch = (
  shipment: string,
  lot: string,
  massMg: number,
  all: boolean,
): DataOf<'shipmentDispatched'> => ({
  shipmentId: id(shipment),
  consignee: 'Mill',
  lines: [{ lotId: id(lot), massMg, uncertaintyMg: 10, all }],
});

/** A site with its stations, whose stream is folded record by record. */
export class Day {
  readonly gate = new Station('gate');
  readonly line = new Station('line');
  readonly belt = new Station('belt');
  readonly sorter = new Station('sorter');
  readonly floor = new Station('floor');
  readonly lab = new Station('lab');
  readonly yard = new Station('yard');
  readonly office = new Station('office');
  readonly set: WorkingSet;
  private nowMs = START_MS;

  constructor(rules?: RuleVersions) {
    this.set = emptySite(rules);
    this.fold(adoption());
  }

  /** Folds one record each; returns what all of them did, one result a record. */
  fold(...events: readonly StationEvent[]): FoldResult {
    const records = events.map((event) => at(event, ++this.nowMs));
    return loadAndFold(this.set, records);
  }

  /** Lets stream time pass, then a station that has nothing to do with it speaks. */
  wait(seconds: number): FoldResult {
    this.nowMs += seconds * 1_000;
    return this.fold(calibration(this.lab));
  }
}

/** Facts as `name` and data, and exceptions as `code about`. */
export const factNames = ({ facts }: FoldResult): string[] =>
  facts.map(({ attributes, data }) => {
    const name = attributes.type.replace(/^urbanmine\.custody\.|\.v1$/g, '');
    const body = JSON.parse(data.toString()) as { code?: string; reason?: string };
    return [name, body.code ?? body.reason].filter(Boolean).join(' ');
  });

export const codesOf = ({ exceptionsRaised }: FoldResult): string[] =>
  exceptionsRaised.map(({ code, about }) => `${code} ${about}`);

/** The run of the steps below. */
export const RUN = id('run-1');

export const deliver = (day: Day, visit: string, lines: Record<string, number>): FoldResult =>
  day.fold(day.gate.say('deliveryCompleted', id(visit), delivery(visit, lines)));
export const start = (day: Day, ...lots: string[]): FoldResult =>
  day.fold(day.line.say('runStarted', RUN, runStart('run-1', ...lots)));
export const meter = (day: Day, lot: string, mg: number): FoldResult =>
  day.fold(day.belt.say('feedMetered', RUN, feed('run-1', lot, mg)));
export const weigh = (day: Day, outlet: number, mg: number): FoldResult =>
  day.fold(day.floor.say('containerWeighed', RUN, container('run-1', outlet, mg)));
export const scan = (day: Day, ...pieces: [number, number | null][]): FoldResult =>
  day.fold(day.sorter.say('piecesClassified', RUN, frame('run-1', pieces)));
export const close = (day: Day): FoldResult =>
  day.fold(day.line.say('runClosed', RUN, runEnd('run-1', day.belt, day.sorter, day.floor)));
export const ship = (
  day: Day,
  shipment: string,
  lot: string,
  mg: number,
  all = false,
): FoldResult =>
  day.fold(day.gate.say('shipmentDispatched', id(shipment), dispatch(shipment, lot, mg, all)));
