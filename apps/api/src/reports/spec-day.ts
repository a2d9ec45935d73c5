import type { StreamRecord } from '#custody';
import { devices } from '../../../../test/arbitraries/device-day.js';
import { dissolvingDay } from '../../../../test/arbitraries/reactor-day.js';
import {
  container,
  delivery,
  dispatch,
  feed,
  id,
  runStart,
} from '../../../../test/arbitraries/site-day.js';
import { Station, adoption, stream } from '../../../../test/arbitraries/site-stream.js';

/**
 * A laptop and a phone are taken apart; magnets go to a recoverer, who states what it got. Then
 * garments are dissolved.
 */
export function reportDay(): StreamRecord[] {
  const stations = new Map<string, Station>();
  const stationOf = (name: string): Station => {
    const station = stations.get(name) ?? new Station(name);
    stations.set(name, station);
    return station;
  };
  const [gate, line, belt, bench, floor, office] = [
    'gate',
    'line',
    'belt',
    'sorter',
    'floor',
    'office',
  ].map(stationOf) as [Station, Station, Station, Station, Station, Station];
  const run = { ...runStart('run-1', 'rest', 'magnets', 'boards'), stream: 'ewaste' as const };
  const { visitId, lines } = delivery('visit-1', { 'lot-1': 2_000_000 });
  const opened = devices('run-1', [
    {
      product: 'unu-0303',
      restMg: 1_500_000,
      parts: [
        { kind: 'magnet', massMg: 10_000, outlet: 1 },
        { kind: 'board', massMg: 300_000, outlet: 2 },
        { kind: 'battery-lithium', massMg: 200_000, outlet: 2, hazard: 'lithium' },
        { kind: 'widget', massMg: null, outlet: 2 },
      ],
    },
    { product: 'unu-0306', restMg: 90_000, parts: [] },
  ]);
  const sent = dispatch('shipment-1', 'magnets', 10_000, true);
  return stream([
    adoption(),
    gate.say('deliveryCompleted', visitId, {
      visitId,
      lines: lines.map((one) => ({ ...one, stream: 'ewaste' })),
    }),
    line.say('runStarted', run.runId, run),
    belt.say('feedMetered', run.runId, feed('run-1', 'lot-1', 2_100_000)),
    bench.say('devicesDismantled', run.runId, opened),
    floor.say('containerWeighed', run.runId, container('run-1', 0, 1_590_000)),
    floor.say('containerWeighed', run.runId, container('run-1', 1, 10_000)),
    floor.say('containerWeighed', run.runId, container('run-1', 2, 500_000)),
    gate.say('shipmentDispatched', sent.shipmentId, {
      ...sent,
      treatment: { operation: 'R4', recovers: ['Nd'] },
    }),
    office.say('recoveryStated', sent.shipmentId, {
      shipmentId: id('shipment-1'),
      statementId: 'settlement-1',
      process: 'hydrometallurgy',
      recovered: [{ element: 'Nd', massMg: 2_061, uncertaintyMg: 20, basis: 'measured' }],
    }),
    ...dissolvingDay(stationOf, '2'),
  ]);
}
