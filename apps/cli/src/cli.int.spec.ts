import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS, type SiteRegistry } from '#contracts';
import { type Pool, createPool, decodeChunk, migrate } from '#database';
import { plantSites, structuredLine } from '#edge';
import { createKafka, createTopics } from '#kafka';
import { type TestStack, testStack, unguarded } from '#local';
import { eventually } from '../../../test/eventually.js';

const BOOT = 1_795_000_000;
const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const folder = mkdtempSync(join(tmpdir(), 'urbanmine-cli-'));
const at = (name: string): string => join(folder, name);

let stack: TestStack;
let gateway: string;
const services: ChildProcess[] = [];

/** Starts a service from `dist/` and resolves with its address when it says so. */
function service(name: string): Promise<string> {
  const child = spawn(process.execPath, [resolve(`dist/apps/${name}/src/main.js`)], {
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: stack.databaseUrl,
      KAFKA_BROKERS: stack.brokers.join(','),
      TOPIC_PREFIX: stack.topicPrefix,
      DATA_DIR: at(name),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  services.push(child);
  return new Promise((done, fail) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const [, port] = /"port":(\d+),"msg":"started"/.exec(output) ?? [];
      if (port !== undefined) done(`http://127.0.0.1:${port}`);
    });
    child.once('exit', (code) => {
      fail(new Error(`${name} ended with ${code ?? 'a signal'}: ${output}`));
    });
  });
}

interface Run {
  readonly code: number;
  readonly report: Record<string, unknown>;
  readonly stderr: string;
}

function urbanmine(...args: string[]): Promise<Run> {
  return new Promise((done) => {
    const file = resolve('apps/cli/bin/urbanmine.mjs');
    execFile(process.execPath, [file, ...args], (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      const report = stdout.startsWith('{') ? (JSON.parse(stdout) as Run['report']) : {};
      done({ code, report, stderr });
    });
  });
}

const spoken = (): string[] => ['--gateway', gateway, '--tokens', at('tokens.json'), '--json'];
const send = (file: string, ...more: string[]): Promise<Run> =>
  urbanmine('station', 'send', file, ...spoken(), ...more);

const enrol = (registry: SiteRegistry, ...more: string[]): Promise<Run> => {
  writeFileSync(at('site.json'), JSON.stringify(registry));
  const site = [at('site.json'), '--database', stack.databaseUrl];
  return urbanmine('station', 'enrol', ...site, ...spoken(), ...more);
};

function line(source: string, seq: number, data: object, type: string, subject = source): string {
  const siteid = 'north';
  const time = '2026-11-24T08:00:00.000Z';
  const attributes = { source, boot: BOOT, seq, type, time, subject, siteid };
  return structuredLine(attributes, JSON.stringify(data)).line.toString();
}

const booted = (source: string): string =>
  line(
    source,
    1,
    { previousBoot: null, previousLastSeq: 0, software: { name: 'spec', version: '1' } },
    EVENTS.stationBooted.type,
  );

const arrived = (seq: number, direction = 'inbound'): string => {
  const visitId = `north.visit-${seq}`;
  return line('north.gate', seq, { visitId, direction }, EVENTS.vehicleArrived.type, visitId);
};

let registry: SiteRegistry;

beforeAll(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  const kafka = createKafka({ brokers: stack.brokers, clientId: 'spec', logger });
  await createTopics(kafka, stack.topicPrefix);
  const files = { keysDir: at('keys'), tokensFile: at('tokens.json') };
  registry = plantSites(1, files).registries[0]!;
  [gateway = ''] = await Promise.all(['gateway', 'classifier', 'ledger'].map(service));
}, 60_000);

afterAll(async () => {
  const ended = services.map((child) => new Promise((done) => child.once('exit', done)));
  for (const child of services) child.removeAllListeners('exit').kill('SIGTERM');
  await Promise.race([Promise.all(ended), new Promise((done) => setTimeout(done, 1_000))]);
  for (const child of services) child.kill('SIGKILL');
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

describe('urbanmine station enrol', () => {
  it('makes the adoption of version 1 the first entry of the log, once', async () => {
    const first = await enrol(registry);
    expect([first.stderr, first.code]).toEqual(['', 0]);
    expect(first.report).toMatchObject({
      siteId: 'north',
      version: 1,
      outcome: 'enrolled',
      adoptedIndex: 0,
    });
    const second = await enrol(registry);
    expect(second).toMatchObject({ code: 0, report: { outcome: 'already', adoptedIndex: 0 } });
  }, 45_000);

  it('says what keeps a registry from being enrolled', async () => {
    const moved = await enrol({ ...registry, version: 3, partition: registry.partition + 1 });
    expect(moved.code).toBe(1);
    expect(moved.stderr).toContain('the next version of north is 2');
    expect(moved.stderr).toContain('cannot move');
    expect((await enrol({ ...registry, siteId: 'NORTH' })).code).toBe(1);
    const [registrar, ...others] = registry.stations;
    const publicKey = Buffer.alloc(32, 9).toString('base64');
    const stranger = await enrol({
      ...registry,
      stations: [{ ...registrar!, publicKey }, ...others],
    });
    expect(stranger.stderr).toContain('is not the key that the registry names');
  });
});

describe('urbanmine station send', () => {
  it('sends a recording of several stations once, however often it is run', async () => {
    const events = [
      booted('north.gate'),
      arrived(2),
      booted('north.bridge'),
      arrived(3),
      arrived(4),
    ];
    writeFileSync(at('shift.ndjson'), `${events.join('\n')}\n`);
    const first = await send(at('shift.ndjson'));
    expect(first).toMatchObject({
      code: 0,
      report: { events: 5, accepted: 5, duplicates: 0, rejected: 0, inLog: true },
    });
    const again = { events: 5, accepted: 0, duplicates: 5, rejected: 0, inLog: true };
    expect(await send(at('shift.ndjson'))).toMatchObject({ code: 0, report: again });
    expect(await send(at('shift.ndjson'), '--force')).toMatchObject({ code: 0, report: again });
  }, 45_000);

  it('sends the good events beside bad ones and names the lines of these', async () => {
    writeFileSync(
      at('mixed.ndjson'),
      [arrived(5), '{"cut', arrived(6, 'upwards'), booted('north.nobody'), arrived(7)].join('\n'),
    );
    const { code, report } = await send(at('mixed.ndjson'), '--no-wait');
    expect(code).toBe(3);
    expect(report).toMatchObject({
      events: 5,
      accepted: 2,
      rejected: 3,
      inLog: null,
      problems: [
        { line: 2, reason: 'not-an-event' },
        { line: 3, reason: 'data-invalid' },
        { line: 4, reason: 'no-token' },
      ],
    });
    expect((await send(at('mixed.ndjson'), '--token', 'x')).code).toBe(1);
  });

  it('says when nobody answers, and what is wrong with its use', async () => {
    const away = await urbanmine(
      'station',
      'send',
      at('shift.ndjson'),
      '--token',
      'x',
      '--gateway',
      'http://127.0.0.1:1030',
      '--timeout',
      '0.5',
    );
    expect(away.code).toBe(2);
    expect(away.stderr).toContain('ECONNREFUSED');
    expect((await urbanmine('station', 'send')).code).toBe(1);
    expect((await send(at('nothing.ndjson'))).code).toBe(1);
    expect((await urbanmine('station', 'send', '--help')).code).toBe(0);
  });
});

it('enrols a second version while the first is in force', async () => {
  const { report, stderr } = await enrol({ ...registry, version: 2, name: 'renamed' });
  expect(stderr).toBe('');
  expect(report).toMatchObject({ version: 2, outcome: 'enrolled' });
  expect(report['adoptedIndex']).toBeGreaterThan(0);
  // The gateway looks for new versions now and then; the ledger may well be faster.
  await eventually('the gateway knows the second version', () =>
    readFileSync(at('gateway/registry.json'), 'utf8').includes('renamed'),
  );
}, 45_000);

it('enrols the example yard and sends its shift, as the examples say', async () => {
  const tokens = ['--tokens', resolve('examples/tokens.json'), '--gateway', gateway, '--json'];
  const site = resolve('examples/site.json');
  const enrolled = await urbanmine(
    ...['station', 'enrol', site, '--database', stack.databaseUrl, ...tokens],
  );
  expect(enrolled).toMatchObject({ code: 0, report: { siteId: 'example', adoptedIndex: 0 } });
  const shift = resolve('examples/steel-shift.ndjson');
  const { code, report } = await urbanmine('station', 'send', shift, ...tokens);
  expect(code).toBe(0);
  expect(report).toMatchObject({ accepted: report['events'], duplicates: 0, inLog: true });
  const again = await urbanmine('station', 'send', shift, ...tokens);
  expect(again.report).toMatchObject({ accepted: 0, duplicates: report['events'], inLog: true });
}, 60_000);

describe('when something must be adopted', () => {
  let pool: Pool;
  beforeAll(() => {
    const databaseUrl = unguarded(stack.databaseUrl);
    pool = createPool({ databaseUrl, applicationName: 'spec', onIdleError: silent });
  });
  afterAll(() => pool.end());

  const sendBoot = (source: string): Promise<Run> => {
    writeFileSync(at('more.ndjson'), booted(source));
    return send(at('more.ndjson'));
  };
  const signed = async (): Promise<boolean> => {
    const { rows } = await pool.query<{ signed: boolean }>(
      `SELECT tree_size = (SELECT max(size) FROM checkpoint c WHERE c.site_id = s.site_id) AS signed
       FROM site s WHERE site_id = 'north'`,
    );
    return rows[0]!.signed;
  };
  const signer = (...more: string[]): Promise<Run> =>
    urbanmine('signer', 'adopt', '--data', folder, '--json', ...more);
  const fence = (...more: string[]): Promise<Run> =>
    urbanmine(
      ...['fence', 'adopt', '--database', stack.databaseUrl, '--brokers', stack.brokers.join(',')],
      ...['--prefix', stack.topicPrefix, '--gateway', gateway, '--tokens', at('tokens.json')],
      ...['--reason', 'the broker was moved', '--actor', 'operator-7', '--json', ...more],
    );

  it('the signer takes up a log again that it refuses, and nothing that it does not', async () => {
    const idle = await signer('--all', '--timeout', '0.5');
    expect(idle).toMatchObject({ code: 2 });
    expect(idle.stderr).toContain('nothing was adopted');
    await pool.query(`UPDATE log_key SET vkey = vkey || 'x' WHERE site_id = 'north'`);
    expect(await sendBoot('north.lab')).toMatchObject({ code: 0, report: { inLog: true } });
    expect(await signed()).toBe(false);
    expect(await signer('--site', 'north')).toMatchObject({
      code: 0,
      report: { sites: ['north'], outcome: 'taken' },
    });
    await eventually('the log is signed again', signed);
    expect((await signer()).code).toBe(1);
    expect((await signer('--all', '--site', 'north')).code).toBe(1);
    expect((await urbanmine('signer', 'adopt', '--all', '--data', at('gateway'))).code).toBe(1);
  }, 60_000);

  it('the key that signs is another one once every log has adopted it', async () => {
    const tokensOf = (file: string): object => JSON.parse(readFileSync(file, 'utf8')) as object;
    const tokens = { ...tokensOf(at('tokens.json')), ...tokensOf('examples/tokens.json') };
    writeFileSync(at('all-tokens.json'), JSON.stringify(tokens));
    copyFileSync('examples/keys/example.registrar.pem', at('keys/example.registrar.pem'));
    const before = readFileSync(at('ledger/log-key.json'), 'utf8');
    const { code, report, stderr } = await urbanmine(
      ...['signer', 'rotate', '--data', folder, '--database', stack.databaseUrl, '--json'],
      ...['--gateway', gateway, '--tokens', at('all-tokens.json')],
    );
    expect([stderr, code]).toEqual(['', 0]);
    const rotated = report['rotated'] as { siteId: string; before: string; after: string }[];
    expect(rotated.map(({ siteId }) => siteId)).toEqual(['example', 'north']);
    const { rows } = await pool.query('SELECT digest FROM log_key_adoption ORDER BY site_id');
    const digests = rotated.map(({ after }) => createHash('sha256').update(after).digest('hex'));
    expect(rows).toEqual(digests.map((digest) => ({ digest })));
    expect(readFileSync(at('ledger/log-key.json.before'), 'utf8')).toBe(before);
    expect(readFileSync(at('ledger/log-key.json'), 'utf8')).not.toBe(before);
  }, 60_000);

  it('the fence moves, the log tells of it, and the ledger books on', async () => {
    const { partition } = registry;
    const before = await pool.query<{ epoch: string; next_offset: string }>(
      'SELECT epoch, next_offset FROM fence WHERE partition = $1',
      [partition],
    );
    const next = Number(before.rows[0]!.next_offset);
    const moved = await fence('--site', 'north', '--to', String(next - 1));
    expect([moved.stderr, moved.code]).toEqual(['', 0]);
    const epoch = Number(before.rows[0]!.epoch) + 1;
    expect(moved.report).toMatchObject({ partition, fromOffset: next, toOffset: next - 1, epoch });
    expect(await sendBoot('north.office')).toMatchObject({ code: 0, report: { inLog: true } });
    const { rows } = await pool.query<{ codec: string; body: Buffer }>(
      `SELECT codec, body FROM chunk WHERE site_id = 'north'`,
    );
    const entries = rows.flatMap(({ codec, body }) => decodeChunk(codec, body).map(String));
    const told = entries.filter((entry) => entry.includes(EVENTS.fenceAdopted.type));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('"reason":"the broker was moved","actor":"operator-7"');
    const beyond = await fence('--site', 'north', '--to', '1000000');
    expect(beyond).toMatchObject({ code: 1 });
    expect(beyond.stderr).toContain('is not in the stream');
    expect((await fence('--site', 'nowhere', '--to', 'kept')).code).toBe(1);
  }, 60_000);
});
