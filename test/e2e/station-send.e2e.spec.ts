import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DefinitionKey, decodeBody, decodeHeaders } from '#contracts';
import { type Page, fromApi, untilDrained } from '../line-reading.js';
import { CompletenessCheck, walkLog } from '../log-walk.js';
import { commandBlocks } from '../pages.js';
import { type RunningLine, startLine } from '../running-line.js';

/** The commands of examples/README.md, with the ports of a line of its own. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SITE = 'example';
const SHIFT = 'examples/steel-shift.ndjson';
const EVENTS = readFileSync(join(ROOT, SHIFT), 'utf8').trimEnd().split('\n').length;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let line: RunningLine;

function run(command: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, maxBuffer: 64_000_000 };
    execFile(command, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const urbanmine = (...args: readonly string[]): Promise<Ended> =>
  run(
    process.execPath,
    'apps/cli/bin/urbanmine.mjs',
    ...args,
    ...['--tokens', 'examples/tokens.json', '--gateway', line.url('gateway')],
  );

async function send(...more: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await urbanmine('station', 'send', SHIFT, '--json', ...more);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** Everything that a second sending must leave as it is. */
async function state(): Promise<unknown> {
  await untilDrained(line, SITE, 30_000);
  const log = await walkLog(line.url('api'), SITE, () => undefined);
  const lots = await fromApi<Page<{ lotId: string }>>(line, `/v1/lots?site=${SITE}&limit=200`);
  const runs = await fromApi<Page<{ runId: string }>>(line, `/v1/runs?site=${SITE}&limit=200`);
  return {
    size: log.size,
    root: Buffer.from(log.root).toString('hex'),
    balance: await fromApi(line, `/v1/sites/${SITE}/balance`),
    exceptions: await fromApi(line, `/v1/exceptions?site=${SITE}`),
    lots,
    runs,
  };
}

beforeAll(async () => {
  line = await startLine({ rate: 1, plant: false });
}, 120_000);

afterAll(async () => {
  await line.stop();
}, 60_000);

describe('a recorded shift', () => {
  let first: unknown;

  it('is sent into a running line whole', async () => {
    const site = 'examples/site.json';
    const enrolled = await urbanmine(
      ...['station', 'enrol', site, '--database', line.databaseUrl, '--json'],
    );
    expect([enrolled.code, enrolled.stderr]).toEqual([0, '']);
    expect(await send()).toMatchObject({
      events: EVENTS,
      accepted: EVENTS,
      duplicates: 0,
      rejected: 0,
      inLog: true,
    });
    first = await state();
    expect(first).toMatchObject({ balance: { closes: true }, exceptions: { items: [] } });
  }, 60_000);

  it('changes nothing when it is sent again', async () => {
    const nothing = { events: EVENTS, accepted: 0, duplicates: EVENTS, rejected: 0, inLog: true };
    expect(await send()).toMatchObject(nothing);
    expect(await state()).toEqual(first);
  }, 60_000);

  it('changes nothing either by the commands of the page, as they are written', async () => {
    const [block, ...others] = commandBlocks('examples/README.md');
    expect(others).toEqual([]);
    // The line of a spec has ports of its own.
    const npx = `npx() { shift; "${process.execPath}" apps/cli/bin/urbanmine.mjs "$@" --gateway ${line.url('gateway')}; }`;
    const local = 'postgres://urbanmine:local@127.0.0.1:7110/urbanmine';
    expect(block!.text).toContain(local);
    const script = `${npx}\n${block!.text.replace(local, line.databaseUrl)}`;
    const { code, stderr } = await run('bash', '-ec', script);
    expect([code, stderr]).toEqual([0, '']);
    expect(await state()).toEqual(first);
  }, 60_000);

  it('is dropped by the ledger, event by event, when it is sent again by force', async () => {
    const nothing = { events: EVENTS, accepted: 0, duplicates: EVENTS, rejected: 0, inLog: true };
    expect(await send('--force')).toMatchObject(nothing);
    expect(await state()).toEqual(first);
    const metrics = await (await fetch(`${line.url('ledger')}/metrics`)).text();
    expect(metrics).toMatch(
      new RegExp(
        `^urbanmine_ledger_records_total\\{[^}]*outcome="duplicate"[^}]*\\} ${EVENTS}$`,
        'm',
      ),
    );
  }, 60_000);

  it('is in the log once', async () => {
    const complete = new CompletenessCheck();
    let spoken = 0;
    await walkLog(line.url('api'), SITE, (entry) => {
      complete.visit(entry);
      if (entry.attributes.source !== `${SITE}/ledger`) spoken++;
    });
    expect(complete.problems()).toEqual([]);
    // What the registrar says at the enrolment comes before the shift.
    expect(spoken).toBeGreaterThan(EVENTS);
    expect(spoken).toBeLessThanOrEqual(EVENTS + 3);
  });
});

const onPath = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

describe('custody-events, read with a foreign client', () => {
  interface KcatRecord {
    readonly headers: readonly string[];
    readonly key: string;
    readonly payload: string;
  }

  it('are CloudEvents in binary mode with JSON values', async () => {
    if (!onPath('kcat')) {
      if (process.env['REQUIRE_ALL'] === '1') throw new Error('no kcat: apt-get install kcat');
      process.stderr.write('Left out: reading custody-events with kcat, which is not installed\n');
      return;
    }
    const topic = ['-t', 'urbanmine.custody-events.v1'];
    const read = await run('kcat', '-b', line.brokers[0]!, ...topic, '-C', '-e', '-q', '-J');
    expect([read.code, read.stderr]).toEqual([0, '']);
    const records = read.stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as KcatRecord);
    const seqs: number[] = [];
    const kinds = new Set<DefinitionKey>();
    for (const { headers, key, payload } of records) {
      const byName: Record<string, string> = {};
      for (let at = 0; at < headers.length; at += 2) byName[headers[at]!] = headers[at + 1]!;
      expect(byName).toMatchObject({
        ce_specversion: '1.0',
        ce_source: `${SITE}/ledger`,
        'content-type': 'application/json',
      });
      expect(byName['ce_type']).toMatch(/^urbanmine\.custody\.[a-z.]+\.v1$/);
      expect(key).toBe(SITE);
      const attributes = decodeHeaders(byName);
      kinds.add(decodeBody(attributes.type, JSON.parse(payload) as unknown).key);
      seqs.push(attributes.seq);
    }
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect([...kinds]).toEqual(
      expect.arrayContaining(['lotOpened', 'runOpened', 'runBalanced', 'lotDispatched']),
    );
  }, 30_000);
});
