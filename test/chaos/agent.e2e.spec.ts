import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS, decodeBody } from '#contracts';
import { untilDrained } from '../line-reading.js';
import { CompletenessCheck, walkLog } from '../log-walk.js';
import { type RunningLine, startLine, until } from '../running-line.js';

/**
 * A sorter writes 5,000 pieces a second to a file that is rotated; the station agent follows it. The
 * broker is away for a while, the gateway is killed twice, the agent is killed twice: in the end the
 * ledger has every piece once. `BROKER_AWAY_SECONDS=60` is the run of the issue.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SITE = 'north';
const SOURCE = `${SITE}.sorter-1`;
const BROKER_AWAY_SECONDS = Number(process.env['BROKER_AWAY_SECONDS'] ?? 6);
const FRAME_PIECES = 50;
const FRAMES_A_SECOND = 100;
const TICK_MS = 50;

describe('a sorter of 5,000 pieces a second behind a station agent', () => {
  let line: RunningLine;
  let agent: ChildProcess | undefined;
  let writing: NodeJS.Timeout | undefined;
  let dir: string;
  let frames = 0;
  const at = (name: string): string => join(dir, name);

  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  function startAgent(...more: readonly string[]): void {
    agent = spawn(
      process.execPath,
      [
        join(ROOT, 'apps/cli/bin/urbanmine.mjs'),
        ...['station', 'agent', '--station', at('station.json'), '--file', at('frames.ndjson')],
        ...more,
      ],
      { stdio: 'ignore' },
    );
  }

  const exitOfAgent = (): Promise<number | null> =>
    new Promise((resolve) => agent?.once('exit', resolve));

  async function endAgent(signal: NodeJS.Signals): Promise<number | null> {
    const ended = exitOfAgent();
    agent?.kill(signal);
    return ended;
  }

  /** Each frame names itself by the offset of its first piece. */
  function frame(number: number): string {
    const column = <T>(cell: (index: number) => T): T[] =>
      Array.from({ length: FRAME_PIECES }, (_, index) => cell(index));
    const data = {
      runId: `${SITE}.run-agent`,
      offsetMs: column(() => number),
      massMg: column((index) => 1_000 + index),
      massMethod: 'volume-model',
      massUncertaintyPpm: 80_000,
      outlet: column(() => 0),
      ppm: { Cu: column(() => 800) },
      sensorModel: 'xrf-belt-1',
      calibrationId: 'cal-1',
      recipe: 'steel-shred-1',
    };
    return `${JSON.stringify({ type: 'pieces.scanned', data })}\n`;
  }

  function startWriting(): void {
    const started = performance.now();
    writing = setInterval(() => {
      const due = Math.floor(((performance.now() - started) / 1_000) * FRAMES_A_SECOND);
      let text = '';
      while (frames < due) text += frame(frames++);
      if (text !== '') appendFileSync(at('frames.ndjson'), text);
    }, TICK_MS);
  }

  const metricOf = async (name: string): Promise<number> => {
    const text = await (await fetch(`${line.url('ledger')}/metrics`)).text();
    return [...text.matchAll(new RegExp(`^${name}[^ ]* (\\d+)$`, 'gm'))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  };

  const grows = async (): Promise<void> => {
    const before = await metricOf('urbanmine_ledger_records_total');
    await until('records in the ledger', 30_000, async () =>
      (await metricOf('urbanmine_ledger_records_total')) > before ? true : undefined,
    );
  };

  async function killGateway(): Promise<void> {
    const before = line.pids().get('gateway');
    line.kill9('gateway');
    await until('the gateway', 30_000, async () => {
      if (line.pids().get('gateway') === before) return undefined;
      return (await fetch(`${line.url('gateway')}/readyz`)).ok ? true : undefined;
    });
  }

  beforeAll(async () => {
    line = await startLine({ rate: 1, plant: false });
    const tokens = await line.enrol(1);
    dir = join(line.dataDir, 'agent');
    mkdirSync(dir);
    writeFileSync(at('token'), tokens[SOURCE]!);
    writeFileSync(at('frames.ndjson'), '');
    const station = {
      source: SOURCE,
      kind: 'sensor-sorter',
      gatewayUrl: line.url('gateway'),
      tokenFile: 'token',
      keyFile: `../keys/${SOURCE}.pem`,
      dataDir: 'data',
    };
    writeFileSync(at('station.json'), JSON.stringify(station));
  }, 120_000);

  afterAll(async () => {
    clearInterval(writing);
    agent?.kill('SIGKILL');
    await line.stop();
  }, 60_000);

  it('loses and doubles nothing while broker, gateway and agent die', async () => {
    startAgent();
    startWriting();
    await grows();
    await endAgent('SIGKILL');
    startAgent();
    await killGateway();
    await grows();
    // Away, not dead: what it had in memory it still has.
    const kafka = line.pids().get('kafka')!;
    process.kill(kafka, 'SIGSTOP');
    await sleep((BROKER_AWAY_SECONDS / 2) * 1_000);
    await endAgent('SIGKILL');
    renameSync(at('frames.ndjson'), at('frames.ndjson.1'));
    startAgent();
    await sleep((BROKER_AWAY_SECONDS / 2) * 1_000);
    process.kill(kafka, 'SIGCONT');
    await killGateway();
    await grows();
    await sleep(1_000);
    clearInterval(writing);
  }, 300_000);

  it('has every piece in the ledger once', async () => {
    expect(await endAgent('SIGTERM')).toBe(0);
    // Ends with 0 only when the ledger's position covers everything.
    startAgent('--until-end', '--drain', '120');
    expect(await exitOfAgent()).toBe(0);
    await untilDrained(line, SITE, 60_000);
    const complete = new CompletenessCheck();
    const seen: number[] = [];
    await walkLog(line.url('api'), SITE, (entry) => {
      complete.visit(entry);
      if (entry.attributes.type !== EVENTS.piecesClassified.type) return;
      const body: unknown = JSON.parse(entry.data.toString());
      const typed = decodeBody(entry.attributes.type, body);
      if (typed.key !== 'piecesClassified') throw new Error('not a frame');
      expect(typed.data.scan.massMg).toHaveLength(FRAME_PIECES);
      seen.push(typed.data.scan.offsetMs[0]!);
    });
    expect(frames).toBeGreaterThan(BROKER_AWAY_SECONDS * FRAMES_A_SECOND);
    expect(seen.length).toBe(frames);
    expect(new Set(seen).size).toBe(frames);
    expect(complete.problems()).toEqual([]);
    process.stderr.write(`Once each in the ledger: ${frames * FRAME_PIECES} pieces\n`);
  }, 240_000);
});
