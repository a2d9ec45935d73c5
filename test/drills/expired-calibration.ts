import { Station } from '../arbitraries/site-stream.js';
import { booted } from '../station-client.js';
import type { Drill } from './drill-case.js';
import { clientOf } from './stations.js';

const lab = new Station('lab');
const valid = (calibrationId: string, forMs: number): ReturnType<Station['say']> =>
  lab.say('sensorCalibrated', lab.source, {
    calibrationId,
    station: 'north.sorter-1',
    sensorModel: 'xrf-belt-1',
    elements: { Cu: { biasPpm: 0, uncertaintyPpm: 50, detectionLimitPpm: 100 } },
    validUntil: new Date(Date.now() + forMs).toISOString(),
  });
const DAY_MS = 86_400_000;

export const expiredCalibration: Drill = {
  name: 'expired-calibration',
  alerts: ['CalibrationExpired'],
  what: 'the laboratory calibrates a sensor for ten seconds, and nobody does it again',
  remedy: 'it is calibrated anew, for a year',
  hurry: [],
  async provoke(line) {
    await (await clientOf(line)).send(booted(lab), valid('cal-drill-1', 10_000));
  },
  async remedyIt(line) {
    await (await clientOf(line)).send(valid('cal-drill-2', 365 * DAY_MS));
  },
};
