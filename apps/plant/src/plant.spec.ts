import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS, definitionOf, maySend } from '#contracts';
import { plantSites } from '#edge';
import { loadConfig } from '#process';
import { Intake, until } from './intake.spec-tools.js';
import { plantEnvironment } from './plant.config.js';
import { Plant } from './plant.js';

const dir = mkdtempSync(join(tmpdir(), 'urbanmine-plant-'));
const files = { keysDir: join(dir, 'keys'), tokensFile: join(dir, 'tokens.json') };
const intake = new Intake();
const { registries } = plantSites(1, files);

const plantOf = (): Plant => {
  const config = loadConfig(plantEnvironment, {
    GATEWAY_URL: intake.url,
    TOKENS_FILE: files.tokensFile,
    KEYS_DIR: files.keysDir,
    DATA_DIR: dir,
    PLANT_RATE: '2000',
  });
  const listener = {
    onProblem: (source: string, why: string): void => {
      throw new Error(`${source}: ${why}`);
    },
    onFailure: (error: unknown): void => {
      throw error;
    },
  };
  return new Plant(config, listener);
};

beforeAll(async () => {
  await intake.listen();
});

afterAll(async () => {
  await intake.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('The plant', () => {
  it('dispatches its first lots within ten seconds, and goes on after a stop', async () => {
    const first = plantOf();
    await first.start();
    await until(() => intake.of('shipmentDispatched').length >= 4);
    await until(() => intake.of('feedMetered').length > 6);
    await first.stop(3_000);
    expect(first.stats().unsent).toBe(0);

    const kinds = new Map(registries[0]!.stations.map(({ source, kind }) => [source, kind]));
    for (const { attributes } of intake.events) {
      expect(maySend(kinds.get(attributes.source)!, definitionOf(attributes.type)!)).toBe(true);
    }
    const runs = (): string[] => intake.of('runStarted').map(({ runId }) => runId);
    const closed = (): Set<string> => new Set(intake.of('runClosed').map(({ runId }) => runId));
    const scanned = new Set(intake.of('piecesScanned').map(({ runId }) => runId));
    const left = runs().filter((runId) => scanned.has(runId) && !closed().has(runId));
    expect(left.length).toBeGreaterThan(0);

    const second = plantOf();
    await second.start();
    await until(() => left.every((runId) => closed().has(runId)));
    await second.stop(3_000);
    const boots = new Set(intake.events.map(({ attributes }) => attributes.boot));
    const booted = intake.events.filter(
      ({ attributes }) => attributes.type === EVENTS.stationBooted.type,
    );
    expect(booted).toHaveLength(11);
    expect(boots.size).toBeLessThanOrEqual(2);
  }, 40_000);

  it('tells the truth to a file: pieces said and pieces drawn are the same', () => {
    const truth = readFileSync(join(dir, 'truth.ndjson'), 'utf8').trimEnd().split('\n');
    const runs = truth
      .map((line) => JSON.parse(line) as { kind: string; runId: string; pieces: number })
      .filter(({ kind }) => kind === 'run');
    expect(runs.length).toBeGreaterThan(1);
    for (const { runId, pieces } of runs.slice(0, 2)) {
      const frames = intake.of('piecesScanned').filter((frame) => frame.runId === runId);
      expect(frames.reduce((sum, { massMg }) => sum + massMg.length, 0)).toBe(pieces);
    }
  });
});
