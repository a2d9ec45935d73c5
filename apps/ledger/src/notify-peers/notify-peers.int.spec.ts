import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  EVENTS,
  type SiteRegistry,
  encodeRegistry,
  registryDigest,
  sha256,
} from '#contracts';
import { type Pool, createPool, migrate } from '#database';
import { structuredLine } from '#edge';
import { createKafka, createTopics } from '#kafka';
import { type TestStack, testStack } from '#local';
import { createLogger } from '#process';
import { BOOT } from '../../../../test/arbitraries/site-stream.js';
import { eventually } from '../../../../test/eventually.js';
import { LedgerProcess } from '../spec-process.js';

/** Two sites of one installation: gateway, classifier and ledger as processes, and kills between. */

const SHIPMENT = 'north.shipment-1';
const tokenOf = (source: string, at: string): string => `token-of-${source}-at-${at}`;

const entry = (
  source: string,
  kind: SiteRegistry['stations'][number]['kind'],
  at: string,
): SiteRegistry['stations'][number] => ({
  source,
  kind,
  publicKey: Buffer.alloc(32, 7).toString('base64'),
  tokenSha256: sha256(Buffer.from(tokenOf(source, at))).toString('hex'),
});

const registryOf = (siteId: string, peer: string, partition: number): SiteRegistry => ({
  siteId,
  version: 1,
  name: siteId,
  partition,
  lines: [],
  scales: [],
  stations: [
    entry(`${siteId}.registrar`, 'registrar', siteId),
    entry(`${siteId}.gate`, 'gate', siteId),
    entry(`${peer}/ledger`, 'peer-ledger', siteId),
  ],
});

const REGISTRIES = [registryOf('north', 'south', 0), registryOf('south', 'north', 1)];

let stack: TestStack;
let pool: Pool;
let dataDir: string;
let gateway: LedgerProcess;
let ledger: LedgerProcess;
const processes: LedgerProcess[] = [];
const seqs = new Map<string, number>();
let ledgers = 0;

function start(
  app: 'gateway' | 'classifier' | 'ledger',
  env: Readonly<Record<string, string>> = {},
): LedgerProcess {
  const started = new LedgerProcess(
    {
      DATABASE_URL: stack.databaseUrl,
      KAFKA_BROKERS: stack.brokers.join(','),
      TOPIC_PREFIX: stack.topicPrefix,
      DATA_DIR: join(dataDir, app),
      ...env,
    },
    app,
  );
  processes.push(started);
  return started;
}

/** A group of its own each time: the ghost of a killed member would be waited for 6 s. */
const startLedger = (env: Readonly<Record<string, string>> = {}): LedgerProcess =>
  start('ledger', { KAFKA_GROUP: `${stack.topicPrefix}ledger-${++ledgers}`, ...env });

/** Says something at a site as its station does: acknowledged by the gateway, or sent again. */
async function say<Key extends keyof typeof EVENTS>(
  source: string,
  key: Key,
  subject: string,
  data: DataOf<Key>,
): Promise<void> {
  const seq = (seqs.get(source) ?? 0) + 1;
  seqs.set(source, seq);
  const siteid = source.slice(0, source.indexOf('.'));
  const { line } = structuredLine(
    {
      ...{ source, boot: BOOT, seq, type: EVENTS[key].type, subject, siteid },
      time: '2026-11-24T08:00:00.000Z',
    },
    JSON.stringify(data),
  );
  await eventually(`${source} said ${key}`, async () => {
    const response = await fetch(`${gateway.url!}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokenOf(source, siteid)}`,
        'content-type': 'application/x-ndjson',
      },
      body: `${line.toString()}\n`,
    });
    if (response.status >= 400 && response.status < 404) throw new Error(await response.text());
    return response.status === 202;
  });
}

const received = (receiptId: string, massMg: number, remainder: 'none' | 'to-follow') =>
  say('south.gate', 'shipmentReceived', receiptId, {
    receiptId,
    shipmentId: SHIPMENT,
    verdict: 'accepted',
    lines: [
      {
        lotId: `south.lot-${receiptId}`,
        fromLotId: 'north.lot-1',
        stream: 'steel',
        declaredGrade: 'E40',
        ewc: '191001',
        origin: 'north',
        massMg,
        uncertaintyMg: 5,
      },
    ],
    acceptedMg: massMg,
    uncertaintyMg: 5,
    remainder,
  });

const balance = async (siteId: string, key: string): Promise<string | undefined> => {
  const { rows } = await pool.query<{ mg: string }>(
    `SELECT (debits_mg - credits_mg)::text AS mg FROM balance b JOIN account a ON a.id = account_id
     WHERE site_id = $1 AND key = $2`,
    [siteId, key],
  );
  return rows[0]?.mg;
};

const reconciled = async (): Promise<Record<string, unknown>[]> => {
  const { rows } = await pool.query<{ data: Buffer }>(
    `SELECT data FROM fact WHERE site_id = 'north' AND type LIKE '%transfer.reconciled.v1'
     ORDER BY seq`,
  );
  return rows.map(({ data }) => JSON.parse(data.toString()) as Record<string, unknown>);
};

const waiting = async (): Promise<number | undefined> => {
  const text = ledger.url === undefined ? '' : await ledger.metrics();
  const [, count] = /^urbanmine_ledger_notices_waiting(?:\{[^}]*\})? (\d+)$/m.exec(text) ?? [];
  return count === undefined ? undefined : Number(count);
};

beforeAll(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  pool = createPool({
    databaseUrl: stack.databaseUrl,
    applicationName: 'spec',
    onIdleError: () => undefined,
  });
  for (const registry of REGISTRIES) {
    const body = encodeRegistry(registry);
    await pool.query(
      `INSERT INTO registry (site_id, version, digest, body, announced_at)
       VALUES ($1, 1, $2, $3, now())`,
      [registry.siteId, registryDigest(body), body],
    );
  }
  const logger = createLogger('spec', 'silent');
  const kafka = createKafka({ brokers: stack.brokers, clientId: 'spec', logger });
  await createTopics(kafka, stack.topicPrefix);
  dataDir = mkdtempSync(join(tmpdir(), 'urbanmine-peers-'));
  gateway = start('gateway');
  start('classifier');
  ledger = startLedger();
  await eventually('the gateway listens', () => gateway.url, 60_000);
}, 90_000);

afterAll(async () => {
  for (const one of processes) one.kill();
  await Promise.all(processes.map(({ exited }) => exited));
  await pool.end();
  await stack.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

describe('a shipment from one site to another', () => {
  it('is received there while nobody can tell the site that sent it', async () => {
    for (const { siteId, ...registry } of REGISTRIES) {
      const digest = registryDigest(encodeRegistry({ siteId, ...registry }));
      const source = `${siteId}.registrar`;
      const adopted = { reference: 'sites' as const, name: siteId, version: 1, digest };
      await say(source, 'referenceAdopted', source, adopted);
    }
    await received('south.receipt-1', 450, 'to-follow');
    await say('north.gate', 'deliveryCompleted', 'north.visit-1', {
      visitId: 'north.visit-1',
      lines: [
        {
          lotId: 'north.lot-1',
          stream: 'steel',
          declaredGrade: 'E40',
          ewc: '191001',
          origin: 'yard',
          massMg: 1_000,
          uncertaintyMg: 5,
        },
      ],
    });
    await say('north.gate', 'shipmentDispatched', SHIPMENT, {
      shipmentId: SHIPMENT,
      consignee: 'South yard',
      consigneeSite: 'south',
      lines: [{ lotId: 'north.lot-1', massMg: 900, uncertaintyMg: 5, all: false }],
    });
    const { openings } = EVENTS.confidentialRecorded.examples[0]!;
    const about = 'north.visit-1';
    await say('north.gate', 'confidentialRecorded', about, { about, openings });
    await eventually('openings are kept beside the log', async () => {
      const { rows } = await pool.query(
        `SELECT about, field FROM opening WHERE site_id = 'north' AND source = 'north.gate'`,
      );
      return rows.length === openings.length;
    });
    const sent = `W:transit:${SHIPMENT}`;
    await eventually(
      'the shipment is pending',
      async () => (await balance('north', sent)) === '900',
    );
    const lot = 'W:lot:south.lot-south.receipt-1';
    await eventually('the load is in its lot', async () => (await balance('south', lot)) === '450');
    expect(await eventually('a notice waits', waiting)).toBe(1);
  }, 90_000);

  it('is told by the next ledger that knows the way, and posts what was pending', async () => {
    ledger.kill();
    await ledger.exited;
    const file = join(dataDir, 'peers.json');
    const way = { from: 'south', to: 'north', gatewayUrl: gateway.url };
    const token = tokenOf('south/ledger', 'north');
    writeFileSync(file, JSON.stringify({ peers: [{ ...way, token }] }));
    ledger = startLedger({ PEERS_FILE: file });
    const sent = `W:transit:${SHIPMENT}`;
    await eventually(
      'the first load is posted',
      async () => (await balance('north', sent)) === '450',
      60_000,
    );
    await eventually('nothing waits', async () => (await waiting()) === 0);
    expect(await reconciled()).toEqual([]);
  }, 90_000);

  it('is told once, whatever is killed', async () => {
    await received('south.receipt-2', 448, 'none');
    ledger.kill();
    await ledger.exited;
    ledger = startLedger({ PEERS_FILE: join(dataDir, 'peers.json') });
    const [fact] = await eventually(
      'both ends agree',
      async () => {
        const facts = await reconciled();
        return facts.length > 0 && facts;
      },
      60_000,
    );
    expect(fact).toMatchObject({
      dispatchedMg: '900',
      acceptedMg: '898',
      differenceMg: '2',
      withinTolerance: true,
      receipts: 2,
    });
    await eventually('nothing waits', async () => (await waiting()) === 0);
    const { rows } = await pool.query(
      `SELECT source, boot, position, accepted FROM boot WHERE site_id = 'north' AND source LIKE '%/ledger'`,
    );
    expect(rows).toEqual([{ source: 'south/ledger', boot: '1', position: '2', accepted: '2' }]);
    expect(await balance('north', 'W:world-out')).toBe('898');
    expect(await reconciled()).toHaveLength(1);
  }, 90_000);
});
