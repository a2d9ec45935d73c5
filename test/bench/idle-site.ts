import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { siteRegistrySchema } from '#contracts';
import { type Pool, announceRegistry, createPool, migrate } from '#database';
import { modelSite } from '#edge';
import { startStack } from '#local';
import { tellStory } from '../../apps/cli/src/audit/spec-log.js';
import { GuardFile } from '../../apps/ledger/src/sign-checkpoint/guard-file.js';
import { SignerKeys } from '../../apps/ledger/src/sign-checkpoint/signer-keys.js';
import { recordsOf } from '../../apps/ledger/src/spec-stream.js';
import { Ledger } from '../tamper/ledger-in-process.js';

/**
 * What an idle site takes of the database in a day: `npm run bench:idle`. Every station says one seal
 * an hour and nothing else, each is a commit of its own and is signed. Prints; gates nothing.
 */
const HOURS = 24;

const bytesOf = async (pool: Pool): Promise<number> => {
  const { rows } = await pool.query<{ bytes: string }>(
    `SELECT sum(pg_total_relation_size(oid))::text AS bytes FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  return Number(rows[0]!.bytes);
};

const dataDir = mkdtempSync(join(tmpdir(), 'urbanmine-idle-'));
const stack = await startStack({
  dataDir: join(tmpdir(), `urbanmine-idle-${process.pid}`),
  portBase: 'free',
  // Nothing here speaks to a broker.
  kafkaBrokers: ['127.0.0.1:9'],
  throwAway: true,
});
try {
  await migrate(stack.databaseUrl);
  const pool = createPool({
    databaseUrl: stack.databaseUrl,
    applicationName: 'bench',
    onIdleError: () => undefined,
  });
  const story = tellStory({ runs: 1, frames: 10, pieces: 20 });
  await announceRegistry(pool, siteRegistrySchema.parse(JSON.parse(story.registry.toString())));
  const keys = new SignerKeys(join(dataDir, 'log-key.json'), 'bench.example/log');
  const ledger = new Ledger(pool, new GuardFile(join(dataDir, 'guard.jsonl')), keys, dataDir);
  await ledger.follow(recordsOf(story.said));
  const before = await bytesOf(pool);
  // Who has said nothing has nothing to seal.
  const stations = Object.values(story.stations).filter(({ lastSeq }) => lastSeq > 0);
  const seals = Array.from({ length: HOURS }, () => stations.map((one) => one.seal())).flat();
  const records = recordsOf([...story.said, ...seals]);
  for (let at = await ledger.claim(records.length); at < records.length; at++) {
    await ledger.book(records.slice(at, at + 1));
    await ledger.sign();
  }
  const grown = (await bytesOf(pool)) - before;
  const each = grown / seals.length;
  const model = modelSite(1).stations.length;
  console.log(`${seals.length} hourly seals of ${stations.length} stations: ${grown} bytes`);
  console.log(`  a seal with its commit and checkpoint: ${each.toFixed(0)} bytes`);
  console.log(
    `  a model site of ${model} stations, a day: ${Math.round(each * model * HOURS)} bytes`,
  );
  ledger.close();
  await pool.end();
} finally {
  await stack.stop();
}
