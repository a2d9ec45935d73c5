import { z } from 'zod';
import { code, ppm, shortText, stationSource, time } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { ANALYTE } from './frame-limits.js';

export const sensorCalibrated = defineEvent({
  name: 'sensor.calibrated',
  summary: 'Bias, standard uncertainty and detection limit of a sensor, by element or fibre.',
  docs:
    'In force for readings that name its `calibrationId`; enters with the lot, not with the ' +
    'piece.',
  by: ['lab', 'office'],
  subject: 'station',
  schema: z.strictObject({
    calibrationId: code,
    station: stationSource.describe('The station whose sensor it is'),
    sensorModel: code,
    elements: z
      .record(
        z.string().regex(ANALYTE),
        z.strictObject({
          biasPpm: z.int().min(-1_000_000).max(1_000_000),
          uncertaintyPpm: ppm,
          detectionLimitPpm: ppm,
        }),
      )
      .describe('By element or fibre, as the readings name them'),
    certificate: shortText.optional(),
    validUntil: time,
  }),
  examples: [
    {
      calibrationId: 'cal-2026-11-20',
      station: 'north.sorter-1',
      sensorModel: 'xrf-belt-1',
      elements: { Cu: { biasPpm: 40, uncertaintyPpm: 60, detectionLimitPpm: 200 } },
      validUntil: '2027-11-20T00:00:00.000Z',
    },
  ],
});
