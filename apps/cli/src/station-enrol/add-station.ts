import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SiteRegistry, type StationEntry, siteOf } from '#contracts';
import type { Queryable } from '#database';
import { type StationPlan, createStationIdentity, rawPublicKey, tokenSha256 } from '#edge';
import { CommandError, EXIT } from '../command-error.js';
import { readJsonFile } from '../options.js';
import { type StationFile, stationFileSchema } from '../station-agent/agent-settings.js';
import type { StoredVersion } from './check-registry.js';
import { loadSite } from './registry.store.js';

/** File names in the folder that a station is given. */
export const STATION_FILES = { station: 'station.json', key: 'key.pem', token: 'token' } as const;

export interface StationFolder {
  readonly dir: string;
  readonly gatewayUrl: string;
}

/**
 * Key, token and configuration of a station, made once and kept: run again, the same ones. The token
 * is only here; the registry has its digest.
 */
export function keepStationFolder(plan: StationPlan, folder: StationFolder): StationEntry {
  const { dir, gatewayUrl } = folder;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const keyPath = join(dir, STATION_FILES.key);
  const tokenPath = join(dir, STATION_FILES.token);
  const stationPath = join(dir, STATION_FILES.station);
  if (!existsSync(stationPath)) {
    const { token, privateKeyPem } = createStationIdentity(plan);
    writeFileSync(keyPath, privateKeyPem, { mode: 0o600 });
    writeFileSync(tokenPath, `${token}\n`, { mode: 0o600 });
    const { source, kind } = plan;
    const { token: tokenFile, key: keyFile } = STATION_FILES;
    const dataDir = 'data';
    const station: StationFile = { source, kind, gatewayUrl, tokenFile, keyFile, dataDir };
    // Last: where it is, key and token are whole.
    writeFileSync(stationPath, `${JSON.stringify(station, null, 2)}\n`, { mode: 0o600 });
  }
  const of = readJsonFile(stationPath, stationFileSchema).source;
  if (of !== plan.source) {
    throw new CommandError(EXIT.usage, `${stationPath} is of ${of}; choose another --out`);
  }
  const { source, kind, lineId } = plan;
  return {
    source,
    kind,
    ...(lineId === undefined ? {} : { lineId }),
    publicKey: rawPublicKey(createPrivateKey(readFileSync(keyPath))),
    tokenSha256: tokenSha256(readFileSync(tokenPath, 'utf8').trim()),
  };
}

/** A usage error when the source's site is not enrolled or has no such line. */
export async function assertSite(
  database: Queryable,
  source: string,
  lineId: string | undefined,
): Promise<void> {
  const { registry } = await newestOf(database, source);
  const lines = registry.lines.map((line) => line.lineId);
  if (lineId === undefined || lines.includes(lineId)) return;
  const known = lines.length === 0 ? 'it has none' : `its lines: ${lines.join(', ')}`;
  throw new CommandError(EXIT.usage, `${registry.siteId} has no line "${lineId}"; ${known}`);
}

async function newestOf(database: Queryable, source: string): Promise<StoredVersion> {
  const siteId = siteOf(source);
  const [newest] = await loadSite(database, siteId);
  if (newest !== undefined) return newest;
  const remedy = '`urbanmine station enrol SITE.json` enrols a site';
  throw new CommandError(EXIT.usage, `there is no site ${siteId}; ${remedy}`);
}

/**
 * The version of the site's registry that has the station: the newest one when an earlier run put it
 * there, else the next one. A usage error when the site is not there or the station is another one.
 */
export async function registryWith(
  database: Queryable,
  entry: StationEntry,
): Promise<SiteRegistry> {
  const { registry, announced } = await newestOf(database, entry.source);
  const there = registry.stations.find(({ source }) => source === entry.source);
  if (there !== undefined) {
    if (JSON.stringify(there) === JSON.stringify(entry)) return registry;
    const remedy = 'its key can only be changed by station.keychanged; for a new one choose a name';
    throw new CommandError(EXIT.usage, `${entry.source} is enrolled with other keys; ${remedy}`);
  }
  if (!announced) {
    const what = `version ${registry.version} of ${registry.siteId} waits to be announced`;
    throw new CommandError(EXIT.usage, `${what}: run \`urbanmine station enrol\` with it first`);
  }
  const version = registry.version + 1;
  return { ...registry, version, stations: [...registry.stations, entry] };
}
