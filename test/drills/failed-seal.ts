import { Station } from '../arbitraries/site-stream.js';
import { booted } from '../station-client.js';
import type { Drill } from './drill-case.js';
import { arrival, clientOf, sealingOf, untilSiteSeen } from './stations.js';

const gate = new Station('gate');

export const failedSeal: Drill = {
  name: 'failed-seal',
  alerts: ['SealFailed'],
  what: 'the gate seals what it said, and the log has something else in that place',
  remedy: 'nobody can undo it; the alert ends when no further seal fails',
  hurry: [
    [
      'increase(urbanmine_exceptions_total{code="seal-failed"}[10m])',
      'increase(urbanmine_exceptions_total{code="seal-failed"}[30s])',
    ],
  ],
  async provoke(line) {
    const client = await clientOf(line);
    await untilSiteSeen(line);
    const sealing = sealingOf(line, gate);
    const first = booted(gate);
    const said = arrival(gate, 'drill-said');
    for (const event of [first, said]) sealing.follow(event);
    const altered = {
      ...said,
      value: Buffer.from(said.value.toString().replace('inbound', 'outbound')),
    };
    const seal = gate.say('stationSealed', gate.source, sealing.seal(gate.source, gate.boot));
    await client.send(first, altered, seal);
  },
  remedyIt: () => Promise.resolve(),
};
