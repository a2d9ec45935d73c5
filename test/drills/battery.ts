import { Station } from '../arbitraries/site-stream.js';
import { type Page, fromApi } from '../line-reading.js';
import { enter } from '../office-day.js';
import { booted } from '../station-client.js';
import { type RunningLine, until } from '../running-line.js';
import type { Drill } from './drill-case.js';
import { clientOf } from './stations.js';

const sorter = new Station('sorter-1');
const runId = 'north.run-drill-battery';

/** Four pieces of steel; the camera is nearly sure that the third is a battery. */
const frame = (): ReturnType<Station['say']> =>
  sorter.say('piecesScanned', runId, {
    runId,
    offsetMs: [0, 5, 10, 15],
    massMg: [900_000, 400_000, 300_000, 700_000],
    massMethod: 'volume-model',
    massUncertaintyPpm: 80_000,
    outlet: [0, 0, 0, 0],
    ppm: {
      Cu: [800, 1_200, -500, 900],
      Cr: [400, 600, 500, 300],
      battery: [null, null, 970_000, null],
    },
    sensorModel: 'xrf-belt-1',
    calibrationId: 'cal-drill',
    recipe: 'steel-shred-1',
  });

const found = (line: RunningLine): Promise<string> =>
  until('the exception', 30_000, async () => {
    const path = '/v1/exceptions?site=north&open=true';
    const { items } = await fromApi<Page<{ exceptionId: string; code: string }>>(line, path);
    return items.find(({ code }) => code === 'hazard-found')?.exceptionId;
  });

export const battery: Drill = {
  name: 'battery',
  alerts: ['HazardNotAcknowledged'],
  what: 'a battery goes over the steel line, and nobody reacts',
  remedy: 'somebody acknowledges the exception at the office desk',
  hurry: [['unacknowledged_timestamp_seconds) > 300', 'unacknowledged_timestamp_seconds) > 5']],
  async provoke(line, tell) {
    const client = await clientOf(line);
    await client.send(booted(sorter));
    const begun = Date.now();
    await client.send(frame());
    await found(line);
    tell(`the exception is in the books ${Date.now() - begun} ms after the frame was handed over`);
  },
  async remedyIt(line) {
    const exceptionId = await found(line);
    await enter(line, 'exception.acknowledged', { exceptionId }, 'drill-battery');
  },
};
