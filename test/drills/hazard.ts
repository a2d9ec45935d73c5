import { type Page, fromApi } from '../line-reading.js';
import { enter } from '../office-day.js';
import { until } from '../running-line.js';
import type { Drill } from './drill-case.js';

const visitId = 'north.visit-drill';

export const hazard: Drill = {
  name: 'hazard',
  alerts: ['HazardNotAcknowledged'],
  what: 'the gate finds radiation on a vehicle, and nobody reacts',
  remedy: 'somebody acknowledges the exception at the office desk',
  hurry: [['unacknowledged_timestamp_seconds) > 300', 'unacknowledged_timestamp_seconds) > 5']],
  async provoke(line) {
    await line.enrol(1);
    await enter(line, 'vehicle.arrived', { visitId, direction: 'inbound' }, 'drill-hazard-1');
    const found = {
      visitId,
      radiation: { verdict: 'alarm', nanosievertPerHour: 900 },
      sealedContainers: 0,
      moisturePpm: null,
      contaminationPpm: null,
    };
    await enter(line, 'inspection.recorded', found, 'drill-hazard-2');
  },
  async remedyIt(line) {
    const exceptionId = await until('the exception', 30_000, async () => {
      const path = '/v1/exceptions?site=north&open=true';
      const { items } = await fromApi<Page<{ exceptionId: string; code: string }>>(line, path);
      return items.find(({ code }) => code === 'radiation-alarm')?.exceptionId;
    });
    await enter(line, 'exception.acknowledged', { exceptionId }, 'drill-hazard-3');
  },
};
