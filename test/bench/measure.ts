import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type RunningLine, startLine, until } from '../running-line.js';
import { type CommitBuckets, commitMs, readCommitBuckets } from './commit-times.js';
import { cpuSeconds } from './cpu.js';
import { type LogFigures, readLogs } from './read-logs.js';

export interface Asked {
  readonly root: string;
  readonly rate: number | 'flat-out';
  readonly seconds: number;
  readonly framePieces: number;
  readonly sites: number;
  readonly onStep: (text: string) => void;
}

export interface Figures {
  readonly asked: { readonly rate: number | 'flat-out'; readonly seconds: number };
  readonly framePieces: number;
  readonly sites: number;
  readonly seconds: number;
  readonly pieces: number;
  readonly piecesPerSecond: number;
  /** Largest lag of classifier and ledger in records while measuring. */
  readonly lagRecordsMax: number;
  readonly lagRecordsEnd: number;
  /** CPU by process in µs a piece and in cores. */
  readonly cpu: readonly {
    readonly process: string;
    readonly microsecondsPerPiece: number;
    readonly cores: number;
  }[];
  /** Growth of each table with its indices, bytes a piece. */
  readonly bytesPerPiece: readonly { readonly table: string; readonly bytes: number }[];
  /** Emit → signed checkpoint that covers the frame. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** One transaction a batch: fence, log, books, states, facts. */
  readonly commitMs: { readonly p50: number; readonly p99: number };
  readonly versions: { readonly postgres: string };
  readonly log: { readonly entries: number; readonly pieces: number; readonly scanned: number };
  /** What is not in the log exactly once; empty = nothing. */
  readonly problems: readonly string[];
}

interface Sample {
  readonly atMs: number;
  readonly cpu: ReadonlyMap<string, number>;
  readonly tables: ReadonlyMap<string, number>;
  readonly treeSizes: ReadonlyMap<string, number>;
  readonly commits: CommitBuckets;
}

const WARM_UP_MS = 8_000;
/** More than a 2-core machine takes. */
const FLAT_OUT_RATE = 400_000;
/**
 * Flat-out, a line has so many pieces on their way to the ledger: enough to never run dry, and no
 * queue anywhere that would grow for as long as is measured.
 */
const FLAT_OUT_BACKLOG_PIECES = 40_000;

/** Runs the line for a while and says what it took. Everything is ended when it returns. */
export async function measure(asked: Asked): Promise<Figures> {
  process.env['PLANT_FRAME_PIECES'] = String(asked.framePieces);
  if (asked.rate === 'flat-out') {
    const events = Math.floor(FLAT_OUT_BACKLOG_PIECES / asked.framePieces);
    process.env['PLANT_BACKLOG_EVENTS'] = String(events);
  }
  const rate = asked.rate === 'flat-out' ? FLAT_OUT_RATE : asked.rate;
  const line = await startLine({ rate, sites: asked.sites, onStep: asked.onStep }, asked.root);
  const database = new pg.Client({ connectionString: line.databaseUrl });
  try {
    await database.connect();
    asked.onStep('warming up');
    await sleep(WARM_UP_MS);
    const before = await sample(line, database);
    asked.onStep(`measuring for ${asked.seconds} s`);
    const lags = await watchLag(line, asked.seconds);
    const after = await sample(line, database);
    asked.onStep('draining and reading the logs');
    await line.stopService('plant');
    const scanned = line.plantPieces();
    await drained(line, database);
    const logs = await readLogs(line.url('api'), {
      from: before.treeSizes,
      to: after.treeSizes,
    });
    const postgres = (
      await database.query<{ v: string }>("SELECT current_setting('server_version') AS v")
    ).rows[0];
    return figuresOf(asked, { before, after, lags, logs, scanned }, postgres?.v ?? 'unknown');
  } finally {
    await database.end();
    await line.stop();
  }
}

async function sample(line: RunningLine, database: pg.Client): Promise<Sample> {
  const tables = await database.query<{ name: string; bytes: string }>(
    `SELECT relname AS name, pg_total_relation_size(oid)::text AS bytes
     FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  const sites = await database.query<{ site_id: string; tree_size: string }>(
    'SELECT site_id, tree_size::text FROM site',
  );
  return {
    atMs: Date.now(),
    cpu: cpuSeconds(line.pids()),
    commits: readCommitBuckets(await (await fetch(`${line.url('ledger')}/metrics`)).text()),
    tables: new Map(tables.rows.map(({ name, bytes }) => [name, Number(bytes)])),
    treeSizes: new Map(sites.rows.map(({ site_id, tree_size }) => [site_id, Number(tree_size)])),
  };
}

async function watchLag(line: RunningLine, seconds: number): Promise<number[]> {
  const lags: number[] = [];
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    await sleep(Math.max(0, Math.min(1_000, end - Date.now())));
    lags.push(await lineLag(line));
  }
  return lags;
}

/** Records that the classifier and the ledger have not read yet. */
async function lineLag(line: RunningLine): Promise<number> {
  let lag = 0;
  for (const service of ['classifier', 'ledger'] as const) {
    const text = await (await fetch(`${line.url(service)}/metrics`)).text();
    for (const match of text.matchAll(/^urbanmine_kafka_lag_records\{[^}]*\} (\d+)/gm)) {
      lag += Number(match[1]);
    }
  }
  return lag;
}

/** Waits until the log has stopped growing and the newest checkpoint covers it. */
async function drained(line: RunningLine, database: pg.Client): Promise<void> {
  let last = -1;
  let stillSince = 0;
  await until('the line to be drained', 120_000, async () => {
    const { rows } = await database.query<{ entries: string; signed: string }>(
      `SELECT (SELECT sum(tree_size) FROM site)::text AS entries,
        (SELECT sum(size) FROM (SELECT max(size) AS size FROM checkpoint GROUP BY site_id) c)::text AS signed`,
    );
    const entries = Number(rows[0]?.entries);
    if (entries !== last || Number(rows[0]?.signed) !== entries) {
      last = entries;
      stillSince = Date.now();
    }
    return Date.now() - stillSince > 3_000 && (await lineLag(line)) === 0 ? true : undefined;
  });
}

interface Measured {
  readonly before: Sample;
  readonly after: Sample;
  readonly lags: readonly number[];
  readonly logs: LogFigures;
  /** Pieces that the plant says it scanned; null when it did not say. */
  readonly scanned: number;
}

function figuresOf(asked: Asked, measured: Measured, postgres: string): Figures {
  const { before, after, lags, logs, scanned } = measured;
  const seconds = (after.atMs - before.atMs) / 1_000;
  const pieces = logs.piecesInWindow;
  const grown = (table: string, bytes: number): number => bytes - (before.tables.get(table) ?? 0);
  const cpu = [...after.cpu].map(([name, spent]) => {
    const used = spent - (before.cpu.get(name) ?? 0);
    return {
      process: name,
      microsecondsPerPiece: (used * 1e6) / pieces,
      cores: used / seconds,
    };
  });
  const missing =
    scanned === logs.pieces
      ? []
      : [`the plant scanned ${scanned} pieces, the logs hold ${logs.pieces}`];
  return {
    asked: { rate: asked.rate, seconds: asked.seconds },
    framePieces: asked.framePieces,
    sites: asked.sites,
    seconds,
    pieces,
    piecesPerSecond: pieces / seconds,
    lagRecordsMax: Math.max(0, ...lags),
    lagRecordsEnd: lags.at(-1) ?? 0,
    cpu,
    bytesPerPiece: [...after.tables]
      .map(([table, bytes]) => ({ table, bytes: grown(table, bytes) / pieces }))
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes),
    latencyMs: logs.latencyMs,
    commitMs: {
      p50: commitMs(before.commits, after.commits, 0.5),
      p99: commitMs(before.commits, after.commits, 0.99),
    },
    versions: { postgres },
    log: { entries: logs.entries, pieces: logs.pieces, scanned },
    problems: [...logs.problems, ...missing],
  };
}
