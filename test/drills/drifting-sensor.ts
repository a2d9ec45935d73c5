import { Station } from '../arbitraries/site-stream.js';
import { fromApi } from '../line-reading.js';
import { enter } from '../office-day.js';
import { type RunningLine, until } from '../running-line.js';
import { type StationClient, booted } from '../station-client.js';
import type { Drill, Tell } from './drill-case.js';
import { clientOf } from './stations.js';

const sorter = new Station('sorter-1');
const lab = new Station('lab');
const LOTS = 4;
const PIECES = 200;
const PIECE_MG = 500_000;
const ASSAYED_PPM = 1_000;
/** Twice what is there: far beyond the gain that a calibration leaves open. */
const READ_PPM = 2 * ASSAYED_PPM;
const MODEL = 'xrf-belt-1';

const calibrated = (calibrationId: string): ReturnType<Station['say']> =>
  lab.say('sensorCalibrated', lab.source, {
    ...{ calibrationId, station: sorter.source, sensorModel: MODEL },
    elements: { Cu: { biasPpm: 0, uncertaintyPpm: 20, detectionLimitPpm: 100 } },
    validUntil: '2099-12-31T00:00:00.000Z',
  });

const column = <T>(value: T): T[] => Array.from({ length: PIECES }, () => value);

/** A run whose only outlet gets all that the sorter saw; what the laboratory melts of it has half the copper. */
async function sortLot(line: RunningLine, client: StationClient, lot: number): Promise<void> {
  const runId = `north.run-drill-sensor-${lot}`;
  const lotId = `north.lot-drill-sensor-${lot}`;
  const feedLot = `north.lot-drill-sensor-feed-${lot}`;
  const massMg = PIECES * PIECE_MG;
  const say = (name: string, data: object): Promise<unknown> =>
    enter(line, name, data, `drill-sensor-${lot}-${name}`);
  await say('run.started', {
    ...{ runId, lineId: 'by-hand', recipe: 'steel-shred-1', stream: 'steel', inputs: [feedLot] },
    outlets: [{ outlet: 0, lotId, targetClass: 'carbon-steel' }],
  });
  const scanned = sorter.say('piecesScanned', runId, {
    runId,
    offsetMs: Array.from({ length: PIECES }, (_, at) => at),
    massMg: column(PIECE_MG),
    ...{ massMethod: 'volume-model', massUncertaintyPpm: 20_000 },
    outlet: column(0),
    ppm: { Cu: column(READ_PPM) },
    ...{ sensorModel: MODEL, calibrationId: 'cal-drill-1', recipe: 'steel-shred-1' },
  });
  await client.send(scanned);
  await say('feed.metered', {
    ...{ runId, lotId: feedLot, cumulativeMg: massMg, uncertaintyMg: 500_000, method: 'manual' },
  });
  await say('container.weighed', {
    ...{
      runId,
      outlet: 0,
      containerId: 'skip-0',
      scaleId: 'floor',
      massMg,
      uncertaintyMg: 500_000,
    },
  });
  const { source, boot, lastSeq: seq } = sorter;
  await say('run.closed', { runId, losses: [], upTo: [{ source, boot, seq }] });
  await until(`the balance of ${runId}`, 60_000, async () => {
    const { state } = await fromApi<{ state: string }>(line, `/v1/runs/${runId}`);
    return state === 'balanced' ? true : undefined;
  });
  await say('lot.assayed', {
    ...{ lotId, assayId: `assay-drill-${lot}`, method: 'melt-OES', sampleMassMg: 10_000_000 },
    fractions: [{ analyte: 'Cu', ppm: ASSAYED_PPM, uncertaintyPpm: 20 }],
  });
}

export const driftingSensor: Drill = {
  name: 'drifting-sensor',
  alerts: ['SensorShifted'],
  what: `a sensor reads twice the copper that the laboratory finds, ${LOTS} lots in a row`,
  remedy: 'it is calibrated anew',
  hurry: [],
  async provoke(line, tell: Tell) {
    const client = await clientOf(line);
    await client.send(booted(lab), calibrated('cal-drill-1'), booted(sorter));
    for (let lot = 1; lot <= LOTS; lot++) {
      await sortLot(line, client, lot);
      tell(`lot ${lot} is sorted and assayed`);
    }
  },
  async remedyIt(line) {
    await (await clientOf(line)).send(calibrated('cal-drill-2'));
  },
};
