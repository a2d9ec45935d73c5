import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  EVENTS,
  type EventDefinition,
  FACTS,
  PoisonError,
  TOPICS,
  decodeBody,
  definitionOf,
  encodeRegistry,
  maySend,
  registryDigest,
  stepUri,
} from '#contracts';

const definitions: EventDefinition[] = [...Object.values(EVENTS), ...Object.values(FACTS)];

describe('the catalogue', () => {
  it.each(definitions.map((definition) => [definition.type, definition] as const))(
    '%s: examples decode, unknown fields do not, JSON Schema exists',
    (type, definition) => {
      expect(definitionOf(type)).toBe(definition);
      expect(definition.examples.length).toBeGreaterThan(0);
      for (const example of definition.examples) {
        const body = JSON.parse(JSON.stringify(example)) as Record<string, unknown>;
        expect(decodeBody(type, body).data).toEqual(body);
        expect(() => decodeBody(type, { ...body, surprise: 1 })).toThrow('surprise');
        expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(definition.dataBytesMax);
      }
      expect(z.toJSONSchema(definition.schema, { target: 'draft-7' })).toHaveProperty('properties');
    },
  );

  it('names the path of what is wrong', () => {
    const frame = {
      ...(EVENTS.piecesScanned.examples[0] as Record<string, unknown>),
      massMg: [1, -5, 2],
    };
    expect(() => decodeBody(EVENTS.piecesScanned.type, frame)).toThrow(/massMg\.1: .*>=0/);
  });

  it('refuses columns of different lengths', () => {
    const frame = { ...(EVENTS.piecesScanned.examples[0] as Record<string, unknown>), outlet: [0] };
    expect(() => decodeBody(EVENTS.piecesScanned.type, frame)).toThrow(
      'outlet: 1 cells, but massMg has 3',
    );
  });

  it('refuses a component that points beyond its list', () => {
    const frame = EVENTS.devicesDismantled.examples[0]!;
    const components = { ...frame.components, kind: [0, 1, 2, 9] };
    expect(() => decodeBody(EVENTS.devicesDismantled.type, { ...frame, components })).toThrow(
      'components.kind.3: beyond components.kinds, which has 3',
    );
  });

  it('refuses shares of more than the whole', () => {
    const observed = {
      basis: 'mass-share',
      massMg: null,
      uncertaintyMg: 0,
      classes: ['wool', 'cotton'].map((name) => ({
        class: name,
        ppm: 600_000,
        uncertaintyPpm: 1_000,
      })),
    };
    const window = { ...EVENTS.fractionsObserved.examples[0], observed };
    expect(() => decodeBody(EVENTS.fractionsObserved.type, window)).toThrow(
      'observed.classes: the shares are 1200000 ppm together',
    );
  });

  it('names an owner and, in EPCIS, a step by its URI', () => {
    for (const { owner, epcis } of definitions) {
      expect(owner).toMatch(/^[a-z]+$/);
      if (epcis === undefined) continue;
      expect(stepUri(epcis.bizStep)).toMatch(/^https:\/\/(ref\.gs1\.org|w3id\.org)\//);
      expect(epcis.action === undefined).toBe(epcis.event === 'TransformationEvent');
    }
  });

  it('refuses a type it does not know', () => {
    expect(() => decodeBody('urbanmine.gold.found.v1', {})).toThrow(PoisonError);
  });

  it('lets no station speak for us', () => {
    for (const definition of [...Object.values(FACTS), EVENTS.piecesClassified]) {
      expect(maySend('office', definition)).toBe(false);
      expect(maySend('sensor-sorter', definition)).toBe(false);
    }
    expect(maySend('sensor-sorter', EVENTS.piecesScanned)).toBe(true);
    expect(maySend('fibre-scanner', EVENTS.piecesScanned)).toBe(true);
    expect(maySend('gate', EVENTS.piecesScanned)).toBe(false);
    expect(maySend('gate', EVENTS.stationSealed)).toBe(true);
  });
});

describe('topics', () => {
  it('map partition to partition where the classifier does', () => {
    expect(TOPICS.classifiedEvents.partitions).toBe(TOPICS.stationEvents.partitions);
  });

  it('have stream time on the topic that the gateway alone writes', () => {
    expect(TOPICS.stationEvents.settings['message.timestamp.type']).toBe('LogAppendTime');
  });
});

describe('the site registry', () => {
  const registry = {
    siteId: 'north',
    version: 1,
    name: 'Nordhafen',
    partition: 0,
    lines: [{ lineId: 'line-1', name: 'Shred line' }],
    stations: [
      {
        source: 'north.gate',
        kind: 'gate' as const,
        publicKey: Buffer.alloc(32, 3).toString('base64'),
        tokenSha256: 'ab'.repeat(32),
      },
    ],
    scales: [],
  };

  it('has a digest of its bytes', () => {
    expect(registryDigest(encodeRegistry(registry))).toMatch(/^[0-9a-f]{64}$/);
    expect(registryDigest(encodeRegistry({ ...registry, version: 2 }))).not.toBe(
      registryDigest(encodeRegistry(registry)),
    );
  });

  it('refuses a partition that does not exist', () => {
    expect(() => encodeRegistry({ ...registry, partition: 4 })).toThrow();
  });
});
