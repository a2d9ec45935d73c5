import { Sealing } from '../arbitraries/sealing.js';
import type { Station } from '../arbitraries/site-stream.js';
import { StationClient } from '../station-client.js';
import { query } from '../prometheus-reading.js';
import { type RunningLine, until } from '../running-line.js';
import { join } from 'node:path';
import { loadPrivateKey } from '#edge';

/** Speaks as the stations of the site `north` do; there MUST be no plant that speaks as they. */
export const clientOf = async (line: RunningLine): Promise<StationClient> =>
  new StationClient(line, await line.enrol(1));

export const arrival = (gate: Station, visit: string): ReturnType<Station['say']> => {
  const visitId = `north.visit-${visit}`;
  return gate.say('vehicleArrived', visitId, { visitId, direction: 'inbound' });
};

/** The seal chain of a station of the line, with its own key. */
export const sealingOf = (line: RunningLine, { source }: Station): Sealing =>
  new Sealing(loadPrivateKey(join(line.dataDir, 'keys'), source));

/** A count from 0 is an increase only for who has seen the 0. */
export async function untilSiteSeen({ prometheusUrl }: RunningLine): Promise<void> {
  await until('a site in Prometheus', 60_000, async () => {
    const series = await query(prometheusUrl ?? '', 'urbanmine_gaps_total{site="north"}');
    return series.length > 0 ? true : undefined;
  });
}
