import { createPrivateKey } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runProgram } from '../program.js';
import { keepStationFolder } from '../station-enrol/add-station.js';
import { type AgentOptions, StationAgent } from './agent.js';
import { lineConverter } from './input-converter.js';
import { SpecGateway } from './spec-gateway.js';
import { StdinInput } from './stdin-input.js';

const SOURCE = 'north.scale-3';
const CONTAINER = { outlet: 0, scaleId: 'floor-1', uncertaintyMg: 0, runId: 'north.run-1' };

let dir: string;
let gateway: SpecGateway;
let output: string[];

const at = (name: string): string => join(dir, name);
const line = (containerId: string): string =>
  `${JSON.stringify({ type: 'container.weighed', data: { ...CONTAINER, containerId, massMg: 1 } })}\n`;

/** Runs the command as a person does; what it prints last is its report. */
async function agent(...args: string[]): Promise<{ code: number; report: unknown }> {
  output = [];
  const station = ['--station', at('station.json'), '--gateway', gateway.url, '--json'];
  const code = await runProgram(['node', 'urbanmine', 'station', 'agent', ...station, ...args]);
  return { code, report: JSON.parse(output.at(-1) ?? 'null') as unknown };
}

const weighed = (): string[] =>
  gateway
    .said('container.weighed')
    .map(({ data }) => (data as { containerId: string }).containerId);

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'urbanmine-agent-'));
  gateway = new SpecGateway();
  await gateway.start();
  keepStationFolder({ source: SOURCE, kind: 'floor-scale' }, { dir, gatewayUrl: gateway.url });
  output = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => void output.push(text));
  jest.spyOn(console, 'error').mockImplementation((text: string) => void output.push(text));
});

afterEach(async () => {
  jest.restoreAllMocks();
  await gateway.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('urbanmine station agent', () => {
  it('brings a file into the ledger, sealed, and only what is new when it is run again', async () => {
    writeFileSync(at('a.ndjson'), line('skip-1') + line('skip-2'));
    const first = await agent('--file', at('a.ndjson'), '--until-end');
    expect(first).toMatchObject({ code: 0, report: { taken: 2, refused: 0, kept: 0 } });
    expect(gateway.said('station.booted')).toHaveLength(1);
    expect(gateway.said('station.sealed').length).toBeGreaterThan(0);
    appendFileSync(at('a.ndjson'), line('skip-3'));
    const second = await agent('--file', at('a.ndjson'), '--until-end');
    expect(second).toMatchObject({ code: 0, report: { taken: 1, kept: 0 } });
    expect(weighed()).toEqual(['skip-1', 'skip-2', 'skip-3']);
    expect(gateway.said('station.booted')).toHaveLength(1);
  });

  it('sets aside what is no event and voids what the gateway refuses, and goes on', async () => {
    writeFileSync(at('a.ndjson'), `${line('skip-1')}{"cut\n${line('skip-bad')}${line('skip-2')}`);
    gateway.refuses = 'skip-bad';
    const { code, report } = await agent('--file', at('a.ndjson'), '--until-end');
    expect(code).toBe(3);
    expect(report).toMatchObject({ taken: 3, refused: 1, voided: 1, kept: 0 });
    expect(weighed()).toEqual(['skip-1', 'skip-2']);
    expect(gateway.said('event.voided')).toHaveLength(1);
    const refused = readFileSync(at('data/refused.ndjson'), 'utf8').trimEnd().split('\n');
    expect(refused.map((text) => JSON.parse(text) as unknown)).toMatchObject([{ text: '{"cut' }]);
    expect(refused[0]).toMatch(/a.ndjson: byte \d+/);
  });

  it('reads a CSV file by its mapping', async () => {
    writeFileSync(at('a.csv'), 'skip,kg\nskip-1,12.5\nskip-2,x\n');
    const data = { ...CONTAINER, containerId: 'skip', massMg: 'kg' };
    const constants: Record<string, object> = {};
    for (const [name, value] of Object.entries(data)) constants[name] = { constant: value };
    const mapping = {
      type: 'container.weighed',
      data: {
        ...constants,
        containerId: { column: 'skip' },
        massMg: { column: 'kg', unit: 'KGM', original: true },
      },
    };
    writeFileSync(at('m.json'), JSON.stringify(mapping));
    const { code } = await agent('--file', at('a.csv'), '--mapping', at('m.json'), '--until-end');
    expect(code).toBe(3);
    expect(gateway.said('container.weighed').map((event) => event.data)).toEqual([
      expect.objectContaining({ massMg: 12_500_000, original: { value: '12.5', unit: 'KGM' } }),
    ]);
  });

  it('keeps what it could not bring, and brings it the next time', async () => {
    writeFileSync(at('a.ndjson'), line('skip-1'));
    await agent('--file', at('a.ndjson'), '--until-end');
    appendFileSync(at('a.ndjson'), line('skip-2'));
    gateway.isAway = true;
    const away = await agent('--file', at('a.ndjson'), '--until-end', '--drain', '0.3');
    expect(away).toMatchObject({ code: 2, report: { taken: 1 } });
    gateway.isAway = false;
    const back = await agent('--file', at('a.ndjson'), '--until-end');
    expect(back).toMatchObject({ code: 0, report: { taken: 0, kept: 0 } });
    expect(weighed()).toEqual(['skip-1', 'skip-2']);
  });

  it('says what is wrong with its use', async () => {
    const wrong = [
      ['--file', 'a', '--mqtt', 'mqtt://127.0.0.1'],
      ['--mqtt', 'mqtt://127.0.0.1'],
      ['--until-end'],
      ['--mapping', at('none.yaml')],
      ['--station', at('none.json')],
      ['--sync', 'never'],
    ];
    for (const args of wrong) {
      const codes = await runProgram([
        ...['node', 'urbanmine', 'station', 'agent', '--station', at('station.json')],
        ...args,
      ]);
      expect([args, codes]).toEqual([args, 1]);
    }
  });
});

describe('A station agent', () => {
  const settings = (more: Partial<AgentOptions> = {}): AgentOptions => ({
    source: SOURCE,
    siteId: 'north',
    kind: undefined,
    privateKey: createPrivateKey(readFileSync(at('key.pem'))),
    token: 'x',
    gatewayUrl: gateway.url,
    dataDir: at('data'),
    spoolBytes: 6_000,
    syncEveryMs: 1,
    onProblem: () => undefined,
    onFailure: (error) => {
      throw error;
    },
    ...more,
  });
  const converter = lineConverter({ source: SOURCE, kind: undefined });
  const format = { isCsv: false, hasHeader: false };

  it('begins a new spool only when it knows which boots were there before', async () => {
    gateway.isAway = true;
    gateway.events.set('1900000000.1', { type: 'x', subject: 'x', data: null });
    const abort = new AbortController();
    const starting = StationAgent.start(settings(), abort.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    gateway.isAway = false;
    const started = await starting;
    expect(started?.stats().boot).toBe(1_900_000_001);
    await started?.stop(0);
    gateway.isAway = true;
    const never = StationAgent.start(settings({ dataDir: at('other') }), abort.signal);
    abort.abort();
    expect(await never).toBeNull();
  });

  it('holds its input back while the gateway is away and the spool is full', async () => {
    const abort = new AbortController();
    const started = await StationAgent.start(settings(), abort.signal);
    gateway.isAway = true;
    let pulled = 0;
    function* lines(): Generator<Buffer> {
      for (; pulled < 50; pulled++) yield Buffer.from(line(`skip-${pulled}`));
    }
    const stream = Readable.from(lines(), { highWaterMark: 1 });
    const reading = started!.read([new StdinInput(stream, format)], converter, abort.signal);
    while (started!.stats().waiting === null) await new Promise((done) => setTimeout(done, 5));
    expect(started!.stats().keptBytes).toBeLessThanOrEqual(8_000);
    expect(pulled).toBeLessThan(30);
    gateway.isAway = false;
    await reading;
    expect(await started!.untilSafe(20_000, abort.signal)).toBe(true);
    expect(weighed()).toEqual(Array.from({ length: 50 }, (_, n) => `skip-${n}`));
    await started!.stop(0);
  });
});
