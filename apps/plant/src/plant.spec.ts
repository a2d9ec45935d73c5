import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  EVENTS,
  type StructuredEvent,
  type TypedData,
  decodeBody,
  decodeStructured,
  definitionOf,
  maySend,
} from '#contracts';
import { plantSites } from '#edge';
import { loadConfig } from '#process';
import { plantEnvironment } from './plant.config.js';
import { Plant } from './plant.js';

/** Takes every event and says so: enough of a gateway to see what a plant says. */
class Intake {
  readonly events: (StructuredEvent & { typed: TypedData })[] = [];
  readonly #highest = new Map<string, Map<number, number>>();
  readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const source = /^\/v1\/stations\/([^/]+)\/position$/.exec(request.url ?? '')?.[1];
      if (source === undefined) this.#take(Buffer.concat(chunks).toString());
      response.writeHead(source === undefined ? 202 : 200, { 'content-type': 'application/json' });
      response.end(source === undefined ? '{}' : JSON.stringify(this.#position(source)));
    });
  });

  of<Key extends TypedData['key']>(key: Key): Extract<TypedData, { key: Key }>['data'][] {
    return this.events.flatMap(({ typed }) =>
      typed.key === key ? [(typed as Extract<TypedData, { key: Key }>).data] : [],
    );
  }

  #take(body: string): void {
    for (const line of body.trimEnd().split('\n')) {
      const event = decodeStructured(Buffer.from(line));
      const { source, boot, seq, type } = event.attributes;
      const boots = this.#highest.get(source) ?? new Map<number, number>();
      this.#highest.set(source, boots);
      const highest = boots.get(boot) ?? 0;
      if (seq <= highest) continue;
      expect(seq).toBe(highest + 1);
      boots.set(boot, seq);
      this.events.push({ ...event, typed: decodeBody(type, event.body) });
    }
  }

  #position(source: string): object {
    const boots = [...(this.#highest.get(source) ?? [])].map(([boot, position]) => ({
      boot,
      position,
      openSlots: [],
    }));
    return { source, boots };
  }
}

const dir = mkdtempSync(join(tmpdir(), 'urbanmine-plant-'));
const files = { keysDir: join(dir, 'keys'), tokensFile: join(dir, 'tokens.json') };
const intake = new Intake();
const { registries } = plantSites(1, files);

const plantOf = (): Plant => {
  const { port } = intake.server.address() as AddressInfo;
  const config = loadConfig(plantEnvironment, {
    GATEWAY_URL: `http://127.0.0.1:${port}/`,
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

async function until(condition: () => boolean): Promise<number> {
  const started = Date.now();
  while (!condition()) {
    if (Date.now() - started > 10_000) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Date.now() - started;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => intake.server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  intake.server.closeAllConnections();
  await new Promise((resolve) => intake.server.close(resolve));
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
    expect(booted).toHaveLength(10);
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
