import { spawn } from 'node:child_process';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Pool, createPool, migrate, transaction } from '#database';
import { freePortBase, startStack, unguarded } from '#local';
import { insertSite } from '../../apps/api/src/spec-site.js';
import { emptySite, loadAndFold, registry } from '../arbitraries/site-stream.js';
import { eventually } from '../eventually.js';
import { Random } from '../truth/random.js';
import { yardDay } from './yard-day.js';

/**
 * What a look at one lot costs among very many: `npm run bench:lots`. A yard's day is made by the
 * rules once, and stored again and again under other ids, with its runs, facts and exceptions. Then a
 * real api process over a real PostgreSQL is asked for lots and for their genealogies, one after the
 * other and then eight at once. Prints; gates nothing.
 */

interface Options {
  readonly lots: string;
  readonly reads: string;
}

const options = new Command('bench:lots')
  .option('--lots <n>', 'lots in the database', '1000000')
  .option('--reads <n>', 'answers measured for each kind', '4000')
  .parse()
  .opts<Options>();
const [LOTS, READS] = [Number(options.lots), Number(options.reads)];
const AT_ONCE = 8;
const API_PORT = 5;

/** Tables whose rows of a day are stored again, and what of a row is its own in each copy. */
const COPIED: readonly (readonly [table: string, own: string])[] = [
  ['lot', `jsonb_build_object('local_id', 'd' || n || '-' || (r ->> 'local_id'))`],
  ['run', `'{}'`],
  ['fact', `jsonb_build_object('seq', (r ->> 'seq')::bigint + n * 10000)`],
  ['exception', `'{}'`],
];

/** Every id `north.…` of a copy becomes `north.d<n>-…`, also inside states. */
async function copyDays(pool: Pool, days: number): Promise<void> {
  for (const [table, own] of COPIED) {
    await pool.query(
      `INSERT INTO ${table} SELECT copy.*
       FROM (SELECT to_jsonb(t) AS r FROM ${table} t) AS day
       CROSS JOIN generate_series(1, $1::integer) AS n
       CROSS JOIN LATERAL jsonb_populate_record(NULL::${table},
         replace(r::text, '"north.', '"north.d' || n || '-')::jsonb || ${own}) AS copy`,
      [days],
    );
  }
  await pool.query('VACUUM ANALYZE');
}

async function fill(databaseUrl: string): Promise<{ ids: string[]; days: number }> {
  await migrate(databaseUrl);
  const pool = createPool({
    databaseUrl: unguarded(databaseUrl),
    applicationName: 'bench',
    onIdleError: () => undefined,
  });
  try {
    await pool.query('SET statement_timeout = 0');
    const set = emptySite();
    const result = loadAndFold(set, yardDay());
    await transaction(pool, (client) => insertSite(client, registry, set, result));
    const ids = result.changed.lots.map(({ lotId }) => lotId.slice(lotId.indexOf('.') + 1));
    const days = Math.ceil(LOTS / ids.length) - 1;
    await copyDays(pool, days);
    return { ids, days };
  } finally {
    await pool.end();
  }
}

const quantile = (sorted: readonly number[], share: number): string =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1);

async function measure(name: string, atOnce: number, path: () => string): Promise<void> {
  const ms: number[] = [];
  const ask = async (): Promise<void> => {
    while (ms.length < READS) {
      const started = performance.now();
      const response = await fetch(path());
      if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
      await response.arrayBuffer();
      ms.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  ms.sort((a, b) => a - b);
  const [p50, p99] = [quantile(ms, 0.5), quantile(ms, 0.99)];
  console.log(
    `  ${name.padEnd(10)} ${atOnce} at once: p50 ${p50} ms, p99 ${p99} ms (${ms.length})`,
  );
}

const stack = await startStack({
  dataDir: join(tmpdir(), `urbanmine-bench-${process.pid}`),
  portBase: 'free',
  // Nothing here speaks to a broker.
  kafkaBrokers: ['127.0.0.1:9'],
  throwAway: true,
});
const base = await freePortBase([API_PORT]);
try {
  const started = performance.now();
  const { ids, days } = await fill(stack.databaseUrl);
  const seconds = Math.round((performance.now() - started) / 1_000);
  const count = ids.length * (days + 1);
  console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`);
  console.log(`${count.toLocaleString('en')} lots, stored in ${seconds} s`);
  const api = spawn(process.execPath, [join(import.meta.dirname, '../../apps/api/src/main.js')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: stack.databaseUrl,
      PORT: String(base + API_PORT),
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${base + API_PORT}`;
  try {
    await eventually('the api answers', async () => {
      const response = await fetch(`${url}/readyz`).catch(() => null);
      return response?.ok === true;
    });
    const random = new Random(1);
    const below = (end: number): number => Math.floor(random.unit() * end);
    const lot = (): string => `${url}/v1/lots/north.d${1 + below(days)}-${ids[below(ids.length)]}`;
    for (const atOnce of [1, AT_ONCE]) {
      await measure('lot', atOnce, lot);
      await measure('genealogy', atOnce, () => `${lot()}/genealogy`);
    }
  } finally {
    api.kill('SIGTERM');
  }
} finally {
  await stack.stop();
}
