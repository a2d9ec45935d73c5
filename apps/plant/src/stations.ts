import { join } from 'node:path';
import {
  MODEL_ACCOUNTS,
  type ModelSite,
  type Spool,
  type Uploader,
  createUploader,
  fetchPosition,
  loadPrivateKey,
  openSpool,
} from '#edge';
import type { PlantConfig } from './plant.config.js';

/** Stations that the plant plays; the registrar and the office are people. */
export const isPlayed = ({ kind, source }: ModelSite['stations'][number]): boolean =>
  kind !== 'registrar' && (kind !== 'office' || source.endsWith(`.${MODEL_ACCOUNTS}`));

export interface Station {
  readonly spool: Spool;
  readonly uploader: Uploader;
}

export interface StationListener {
  readonly onProblem: (source: string, why: string) => void;
  readonly onFailure: (error: unknown) => void;
}

const POSITION_WITHIN_MS = 2_000;
const SPOOL_BYTES = 134_217_728;
/** Cost is per request: one process plays many stations, and a tenth of a second is soon enough. */
const LINGER_MS = 100;
const POLL_EVERY_MS = 2_000;
/** Where lines wait for the ledger, its progress is news. */
const POLL_WAITING_MS = 500;

/** Opens the spool of a station and starts its upload. */
export async function openStation(
  config: PlantConfig,
  given: { readonly source: string; readonly siteId: string; readonly token: string },
  listener: StationListener,
): Promise<Station> {
  const { source, siteId, token } = given;
  const asked = { gatewayUrl: config.GATEWAY_URL, token, source };
  const { onFailure } = listener;
  const onProblem = (why: string): void => {
    listener.onProblem(source, why);
  };
  const position = await fetchPosition(asked, AbortSignal.timeout(POSITION_WITHIN_MS)).catch(
    (error: unknown) => {
      // The spool goes on with its boot; the uploader asks again.
      onProblem(`no position at the start: ${String(error)}`);
      return null;
    },
  );
  const spool = openSpool({
    dir: join(config.DATA_DIR, 'spool', source),
    source,
    siteId,
    privateKey: loadPrivateKey(config.KEYS_DIR, source),
    software: { name: 'urbanmine-plant', version: '0.1.0' },
    position,
    // Simulated: the pieces of a power cut can be scanned again. A killed process loses nothing.
    syncEveryMs: 'os',
    maxBytes: SPOOL_BYTES,
    onFailure,
  });
  const uploader = createUploader({
    gatewayUrl: config.GATEWAY_URL,
    token,
    spool,
    lingerMs: LINGER_MS,
    pollEveryMs: config.PLANT_BACKLOG_EVENTS === undefined ? POLL_EVERY_MS : POLL_WAITING_MS,
    onProblem,
    onFailure,
  });
  uploader.start();
  return { spool, uploader };
}
