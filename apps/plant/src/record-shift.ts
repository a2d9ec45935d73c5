import { createPrivateKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteRegistry } from '#contracts';
import {
  type Spool,
  createStationIdentity,
  lineStations,
  modelSite,
  openSpool,
  registryOf,
} from '#edge';
import { PLAIN } from './conditions.js';
import { Random } from './random.js';
import type { Yard } from './run-state.js';
import { SortingLine } from './sorting-line.js';
import { isPlayed } from './stations.js';
import { STEEL } from './steel-world.js';

/**
 * Records the example shift: the same bytes on every machine. Two deliveries, one on each line,
 * each sorted, balanced and dispatched, with every seal; keys and tokens are drawn from the seed
 * and so are good for nothing but examples.
 */

/** One of the seeds under which both lots hold what the belt scale says: no exception is raised. */
const SEED = 'urbanmine-example-shift-b';
const SITE_ID = 'example';
const START_MS = Date.parse('2026-11-24T06:00:00.000Z');
const TICK_MS = 100;
const PIECES_PER_TICK = 20;
const SEAL_EVERY_MS = 1_000;

interface Shift {
  readonly lines: readonly string[];
  readonly truth: readonly string[];
  readonly registry: SiteRegistry;
  readonly tokens: Readonly<Record<string, string>>;
  /** Of the yard's registrar, PEM: whoever enrols the example seals with it. */
  readonly registrarKey: string;
}

/** Draws the shift. Pure but for its own seed. */
export function recordShift(): Shift {
  let nowMs = START_MS;
  const keys = new Random(`${SEED}/keys`);
  const model = modelSite(1, ['steel']);
  const site = {
    ...model,
    siteId: SITE_ID,
    name: 'Example yard',
    // Nobody blends or counts in the example: it has no yard station.
    stations: model.stations
      .filter(({ kind }) => kind !== 'yard')
      .map((plan) => ({ ...plan, source: plan.source.replace(model.siteId, SITE_ID) })),
  };
  const identities = site.stations.map((plan) =>
    createStationIdentity(plan, (count) => keys.bytes(count)),
  );
  const registry = registryOf(
    site,
    identities.map(({ entry }) => entry),
  );
  const spools = new Map<string, Spool>();
  for (const [at, plan] of site.stations.entries()) {
    if (!isPlayed(plan)) continue;
    const { source } = plan;
    const privateKey = createPrivateKey(identities[at]!.privateKeyPem);
    const position = { source, boots: [] };
    const software = { name: 'urbanmine-plant', version: '0.1.0' };
    const now = (): number => nowMs;
    const given = { dir: null, source, siteId: SITE_ID, privateKey, software, position, now };
    spools.set(source, openSpool({ ...given, sealing: 'manual' }));
  }
  const truth: string[] = [];
  const yard: Yard = {
    siteId: SITE_ID,
    seed: SEED,
    conditions: PLAIN,
    stamp: '20261124',
    now: () => nowMs,
    say: (source, event) => spools.get(source)!.append(event),
    truth: (record) => truth.push(JSON.stringify(record)),
  };
  const lines = site.lines.map(({ lineId }) => {
    const options = { rate: (PIECES_PER_TICK * 1_000) / TICK_MS, framePieces: 256, lots: 1 };
    const line = new SortingLine(yard, STEEL, lineStations(SITE_ID, lineId), options);
    line.calibrate();
    return line;
  });
  for (; !lines.every((line) => line.isDone); nowMs += TICK_MS) {
    for (const line of lines) line.tick(PIECES_PER_TICK, TICK_MS);
    if ((nowMs - START_MS) % SEAL_EVERY_MS === SEAL_EVERY_MS - TICK_MS) sealAll(spools);
  }
  for (const spool of spools.values()) spool.seal();
  const tokens = Object.fromEntries(identities.map(({ entry, token }) => [entry.source, token]));
  const registrarKey = identities.find(({ entry }) => entry.kind === 'registrar')!.privateKeyPem;
  return { lines: inOrder(spools), truth, registry, tokens, registrarKey };
}

function sealAll(spools: ReadonlyMap<string, Spool>): void {
  for (const spool of spools.values()) if (spool.hasUnsealed) spool.seal();
}

/** By time and, within a station, by seq. */
function inOrder(spools: ReadonlyMap<string, Spool>): string[] {
  const spoken = [...spools.values()].flatMap((spool, station) =>
    spool.outbox.events().map((event) => {
      const line = spool.lineOf(event).toString();
      const { time } = JSON.parse(line) as { time: string };
      return { line, time: Date.parse(time), station, seq: event.seq };
    }),
  );
  // A frame's time is that of its first piece: within a station the seq alone counts.
  const latest = new Map<number, number>();
  for (const event of spoken) {
    event.time = Math.max(event.time, latest.get(event.station) ?? 0);
    latest.set(event.station, event.time);
  }
  spoken.sort((a, b) => a.time - b.time || a.station - b.station || a.seq - b.seq);
  return spoken.map(({ line }) => line);
}

/** Writes the example files into `folder`. */
export function writeExamples(folder: string): void {
  const { lines, registry, tokens, registrarKey } = recordShift();
  mkdirSync(join(folder, 'keys'), { recursive: true });
  writeFileSync(join(folder, 'keys', `${SITE_ID}.registrar.pem`), registrarKey);
  writeFileSync(join(folder, 'steel-shift.ndjson'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'site.json'), `${JSON.stringify(registry, null, 2)}\n`);
  writeFileSync(join(folder, 'tokens.json'), `${JSON.stringify(tokens, null, 2)}\n`);
}
