import { setTimeout as sleep } from 'node:timers/promises';
import { Station } from '../arbitraries/site-stream.js';
import { booted } from '../station-client.js';
import type { Drill } from './drill-case.js';
import { arrival, clientOf, untilSiteSeen } from './stations.js';

/** The rules wait 60 s of stream time for what is missing (`gapTimeoutMs`). */
const GAP_AFTER_MS = 61_000;

const gate = new Station('gate');
const bridge = new Station('bridge');
const first = booted(gate);
const lost = arrival(gate, 'drill-lost');
const next = arrival(gate, 'drill-next');

/** Another station's word moves stream time on. */
const weighed = (): ReturnType<Station['say']> =>
  bridge.say('weighingRecorded', 'north.visit-drill-next', {
    visitId: 'north.visit-drill-next',
    weighing: 'gross',
    scaleId: 'bridge',
    massMg: 24_000_000_000,
    uncertaintyMg: 12_000_000,
  });

export const droppedRecord: Drill = {
  name: 'dropped-record',
  alerts: ['GapDeclared'],
  what: 'an event of the gate is lost on its way, and a minute passes in which others speak',
  remedy: 'the gate sends it again, and it is booked where it lands',
  hurry: [['increase(urbanmine_gaps_total[10m])', 'increase(urbanmine_gaps_total[30s])']],
  async provoke(line, tell) {
    const client = await clientOf(line);
    await untilSiteSeen(line);
    await client.send(first, next, booted(bridge));
    tell('seq 2 of the gate is missing; after 60 s of stream time it is a gap');
    await sleep(GAP_AFTER_MS);
    await client.send(weighed());
  },
  async remedyIt(line) {
    await (await clientOf(line)).send(lost);
  },
};
