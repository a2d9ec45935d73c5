import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plantSites } from '#edge';
import { Intake, until } from './intake.spec-tools.js';

const dir = mkdtempSync(join(tmpdir(), 'urbanmine-plant-process-'));
const files = { keysDir: join(dir, 'keys'), tokensFile: join(dir, 'tokens.json') };
const intake = new Intake();
const children: ChildProcess[] = [];

function start(env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, ['dist/apps/plant/src/main.js'], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      GATEWAY_URL: intake.url,
      TOKENS_FILE: files.tokensFile,
      KEYS_DIR: files.keysDir,
      DATA_DIR: dir,
      PLANT_RATE: '2000',
      ...env,
    },
  });
  children.push(child);
  return child;
}

const runs = (key: 'runStarted' | 'runClosed'): Set<string> =>
  new Set(intake.of(key).map(({ runId }) => runId));

beforeAll(async () => {
  plantSites(1, files);
  await intake.listen();
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await intake.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('The process of the plant', () => {
  it('goes on from its spools after kill -9: nothing is left out and open runs are closed', async () => {
    const first = start();
    await until(() => intake.of('piecesScanned').length > 20);
    first.kill('SIGKILL');
    await once(first, 'exit');
    const scanned = new Set(intake.of('piecesScanned').map(({ runId }) => runId));
    const left = [...runs('runStarted')].filter(
      (runId) => scanned.has(runId) && !runs('runClosed').has(runId),
    );
    expect(left.length).toBeGreaterThan(0);
    start();
    await until(() => left.every((runId) => runs('runClosed').has(runId)));
    // The intake throws when a seq is left out; the same boot goes on.
    expect(intake.of('stationBooted')).toHaveLength(11);
  }, 30_000);

  it('seals, uploads and exits with 0 on SIGTERM', async () => {
    const child = children.at(-1)!;
    const started = Date.now();
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(Date.now() - started).toBeLessThan(4_000);
    const last = new Map(
      intake.events.map(({ attributes }) => [attributes.source, attributes.type]),
    );
    for (const type of last.values()) expect(type).toBe('urbanmine.station.sealed.v1');
  }, 10_000);

  it('names everything that is wrong with its environment', async () => {
    const child = start({ PLANT_RATE: 'fast', GATEWAY_URL: '' });
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(78);
  }, 10_000);
});
