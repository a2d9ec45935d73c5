import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type SiteRegistry, encodeRegistry, registryDigest } from '#contracts';
import { type StreamRecord, decodeRecord, fold, missing, openSite, openWorkingSet } from '#custody';
import {
  SIGNATURE_TYPE,
  TILE_WIDTH,
  appendSignatures,
  cosign,
  ed25519Cosigner,
  ed25519Signer,
  emptyFrontier,
  encodeBase64,
  encodeBundle,
  entriesPath,
  formatCheckpoint,
  integrate,
  keyPair,
  leafHash,
  signNote,
  tilePath,
} from '#tlog';
import { TIME_KEY_FILE } from './log-source.js';
import { BOOT, SITE, type Said, SealingStation } from './spec-station.js';

/** Makes a site's log as stations, rules and signer make it, without broker or database. */

const START_MS = Date.parse('2026-11-24T08:00:00.000Z');
const ORIGIN = `urbanmine.test/log/${SITE}`;
export const LOG_SEED = new Uint8Array(32).fill(1);
const TIME_SEED = new Uint8Array(32).fill(2);
export const LOG_VKEY = keyPair(ORIGIN, LOG_SEED).vkey;

export interface SpecLog {
  readonly entries: readonly Buffer[];
  readonly registry: Buffer;
  /** Sizes at which the log was signed; the last is its size. */
  readonly signed: readonly number[];
}

const CLASSES = ['steel', 'copper', 'unresolved'];

function frameOf(runId: string, pieces: number, seed: number): Parameters<SealingStation['scan']> {
  const column = (of: (piece: number) => number): number[] =>
    Array.from({ length: pieces }, (_, piece) => of(piece * 31 + seed * 17));
  const scan = {
    runId,
    offsetMs: column((n) => n % 100),
    massMg: column((n) => 200_000 + (n % 400_000)),
    massMethod: 'volume-model' as const,
    massUncertaintyPpm: 80_000,
    outlet: column((n) => n % 2),
    ppm: {
      Cu: column((n) => n % 5_000),
      Sn: column((n) => n % 300),
      Cr: column((n) => n % 900),
      Ni: column((n) => n % 700),
    },
    sensorModel: 'xrf-1',
    calibrationId: 'cal-1',
    recipe: 'steel-1',
  };
  const classification = {
    model: 'bayes-1',
    modelDigest: '9a'.repeat(32),
    classes: CLASSES,
    flags: [],
    class: column((n) => n % 2),
    confidencePpm: column((n) => 900_000 + (n % 100_000)),
    flagged: [],
  };
  return [scan, classification];
}

export interface StorySize {
  readonly runs: number;
  readonly frames: number;
  readonly pieces: number;
  /** Frames as they are to be; absent: made of whole numbers by rote. */
  readonly frameOf?: (runId: string) => Readonly<Parameters<SealingStation['scan']>>;
}

export interface Story {
  /** In the order of the stream; the last word of every station is a seal. */
  readonly said: readonly Said[];
  /** By name, to say more. */
  readonly stations: Readonly<Record<'registrar' | 'office' | keyof Line, SealingStation>>;
  readonly registry: Buffer;
}

/**
 * Runs of a line, each with frames and containers; every station seals what it says.
 * @param first what the office says before the first run
 */
export function tellStory(
  size: StorySize,
  first: (office: SealingStation) => readonly Said[] = () => [],
): Story {
  const registrar = new SealingStation('registrar', 'registrar', 11);
  const gate = new SealingStation('gate', 'gate', 12);
  const line = new SealingStation('line', 'line', 13);
  const belt = new SealingStation('belt', 'belt-scale', 14);
  const sorter = new SealingStation('sorter', 'sensor-sorter', 15);
  const floor = new SealingStation('floor', 'floor-scale', 16);
  const office = new SealingStation('office', 'office', 17);
  const stations = [registrar, office, gate, line, belt, sorter, floor];
  const ofLine = new Set([line, belt, sorter, floor]);
  const registry = encodeRegistry({
    siteId: SITE,
    version: 1,
    name: 'North yard',
    partition: 0,
    lines: [{ lineId: 'line-1', name: 'Line 1' }],
    stations: stations.map((station) => ({
      source: station.source,
      kind: station.kind,
      ...(ofLine.has(station) ? { lineId: 'line-1' } : {}),
      publicKey: station.publicKey,
      tokenSha256: '00'.repeat(32),
    })),
    scales: [],
  });
  const said: Said[] = [
    registrar.say('referenceAdopted', registrar.source, {
      reference: 'sites',
      name: SITE,
      version: 1,
      digest: registryDigest(registry),
    }),
  ];
  said.push(...first(office));
  for (let run = 0; run < size.runs; run++) {
    said.push(...runOf({ gate, line, belt, sorter, floor }, run, size));
  }
  const spoken = stations.filter(({ lastSeq }) => lastSeq > 0);
  said.push(...spoken.map((station) => station.seal()));
  return { said, stations: { registrar, office, gate, line, belt, sorter, floor }, registry };
}

/** `more`: what the stations say after it, with the seals that they put on it. */
export function makeLog(
  size: StorySize,
  more: (stations: Story['stations']) => readonly Said[] = () => [],
): SpecLog {
  const { said: story, stations, registry } = tellStory(size);
  const said = [...story, ...more(stations)];
  const records = said.map((one, at) =>
    decodeRecord({ ...one, ingestTimeMs: START_MS + at * 100 }),
  );
  const { entries, signed } = foldSigned(records, registry);
  return { entries, registry, signed };
}

type Line = Record<'gate' | 'line' | 'belt' | 'sorter' | 'floor', SealingStation>;

function runOf({ gate, line, belt, sorter, floor }: Line, run: number, size: StorySize): Said[] {
  const runId = `${SITE}.run-${run}`;
  const lotId = `${SITE}.lot-${run}`;
  const visitId = `${SITE}.visit-${run}`;
  const mass = { massMg: 5_000_000, uncertaintyMg: 500 };
  const said = [
    gate.say('deliveryCompleted', visitId, {
      visitId,
      lines: [
        { lotId, stream: 'steel', declaredGrade: 'E40', ewc: '191001', origin: 'yard', ...mass },
      ],
    }),
    line.say('runStarted', runId, {
      runId,
      lineId: 'line-1',
      recipe: 'steel-1',
      stream: 'steel',
      inputs: [lotId],
      outlets: [0, 1].map((outlet) => ({
        outlet,
        lotId: `${SITE}.out-${run}-${outlet}`,
        targetClass: CLASSES[outlet]!,
      })),
    }),
    belt.say('feedMetered', runId, {
      runId,
      lotId,
      cumulativeMg: mass.massMg,
      uncertaintyMg: mass.uncertaintyMg,
      method: 'belt-scale',
    }),
  ];
  for (let frame = 0; frame < size.frames; frame++) {
    const made = size.frameOf?.(runId) ?? frameOf(runId, size.pieces, run * 1_000 + frame);
    said.push(sorter.scan(...made));
    if (frame % 10 === 9) said.push(sorter.seal());
  }
  for (const outlet of [0, 1]) {
    const container = { runId, outlet, containerId: `skip-${outlet}`, scaleId: 'floor-1' };
    const net = { massMg: 2_500_000, uncertaintyMg: 300 };
    said.push(floor.say('containerWeighed', runId, { ...container, ...net }));
  }
  said.push(sorter.seal(), floor.seal(), belt.seal());
  const upTo = [belt, sorter, floor].map(({ source, lastSeq }) => ({
    source,
    boot: BOOT,
    seq: lastSeq,
  }));
  said.push(line.say('runClosed', runId, { runId, losses: [], upTo }), line.seal(), gate.seal());
  return said;
}

/** Signed as a ledger does: at commits, here of ten records each. */
function foldSigned(
  records: readonly StreamRecord[],
  registry: Buffer,
): { entries: Buffer[]; signed: number[] } {
  const set = openWorkingSet(openSite(SITE));
  const body = JSON.parse(registry.toString()) as SiteRegistry;
  const entries: Buffer[] = [];
  const signed: number[] = [];
  for (let from = 0; from < records.length; from += 10) {
    const batch = records.slice(from, from + 10);
    for (;;) {
      const { lots, runs, visits, shipments, registries } = missing(set, batch);
      for (const id of lots) set.lots.set(id, null);
      for (const id of runs) set.runs.set(id, null);
      for (const id of visits) set.visits.set(id, null);
      for (const id of shipments) set.shipments.set(id, null);
      for (const digest of registries) set.registries.set(digest, body);
      if ([lots, runs, visits, shipments, registries].every(({ length }) => length === 0)) break;
    }
    for (const entry of fold(set, batch).entries) entries.push(entry);
    signed.push(entries.length);
  }
  return { entries, signed };
}

/** A checkpoint as the ledger signs it, with the time cosigned. */
export function signHead(size: number, root: Uint8Array): string {
  const note = signNote(formatCheckpoint({ origin: ORIGIN, size, root }), [
    ed25519Signer(ORIGIN, LOG_SEED),
  ]);
  const cosigner = ed25519Cosigner(`${ORIGIN}/time`, TIME_SEED);
  return appendSignatures(note, [cosign(note, cosigner, START_MS / 1_000 + size)]);
}

export interface ListedCheckpoint {
  size: number;
  root: string;
  note: string;
}

/** Writes a log as its public paths have it: whole tree, all tiles, all signed. */
export async function writeLog(directory: string, log: SpecLog): Promise<void> {
  const { entries, registry } = log;
  const signed = [...new Set(log.signed.map((size) => Math.min(size, entries.length)))];
  const files = new Map<string, Uint8Array | string>();
  const listed: ListedCheckpoint[] = [];
  const tiles = new Map<string, { level: number; index: number; parts: Uint8Array[] }>();
  let frontier = emptyFrontier();
  for (const size of signed) {
    const batch = entries.slice(frontier.size, size).map((entry) => leafHash(entry));
    const step = integrate(frontier, batch);
    ({ frontier } = step);
    for (const { level, index, data } of step.tiles) {
      const tile = tiles.get(`${level}/${index}`) ?? { level, index, parts: [] };
      tile.parts.push(data);
      tiles.set(`${level}/${index}`, tile);
    }
    listed.push({ size, root: encodeBase64(step.root), note: signHead(size, step.root) });
  }
  for (const { level, index, parts } of tiles.values()) {
    const data = Buffer.concat(parts);
    files.set(tilePath(level, index, data.length / 32), data);
  }
  for (let at = 0; at < entries.length; at += TILE_WIDTH) {
    const bundle = entries.slice(at, at + TILE_WIDTH);
    files.set(entriesPath(at / TILE_WIDTH, bundle.length), encodeBundle(bundle));
  }
  files.set('checkpoint', listed.at(-1)!.note);
  files.set('checkpoints', JSON.stringify({ items: listed.reverse(), next: null }));
  files.set('key', `${LOG_VKEY}\n`);
  const timeKey = keyPair(`${ORIGIN}/time`, TIME_SEED, SIGNATURE_TYPE.cosignature);
  files.set(TIME_KEY_FILE, `${timeKey.vkey}\n`);
  files.set(`registry/${registryDigest(registry)}`, registry);
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
  }
}
