import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  type DefinitionKey,
  SEAL_CHAIN_START,
  type SiteRegistry,
  decodeBody,
  decodeStructured,
  definitionOf,
  digestsOf,
  extendSealChain,
  maySend,
  parseJson,
  sealText,
  siteRegistrySchema,
} from '#contracts';
import { tokenSha256 } from '#edge';
import { recordShift } from './record-shift.js';

const read = (name: string): string => readFileSync(`examples/${name}`, 'utf8');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const registry: SiteRegistry = siteRegistrySchema.parse(parseJson(Buffer.from(read('site.json'))));
const lines = read('steel-shift.ndjson').trimEnd().split('\n');
const events = lines.map((line) => {
  const { attributes, data, body } = decodeStructured(Buffer.from(line));
  return { attributes, data, typed: decodeBody(attributes.type, body) };
});
const all = <Key extends DefinitionKey>(key: Key): DataOf<Key>[] =>
  events.flatMap(({ typed }) => (typed.key === key ? [typed.data as DataOf<Key>] : []));

describe('The example shift', () => {
  it('is what the script records, byte for byte', () => {
    const shift = recordShift();
    expect(shift.lines).toEqual(lines);
    expect(`${JSON.stringify(shift.registry, null, 2)}\n`).toBe(read('site.json'));
    expect(`${JSON.stringify(shift.tokens, null, 2)}\n`).toBe(read('tokens.json'));
    expect(shift.registrarKey).toBe(read('keys/example.registrar.pem'));
  });

  it('is small', () => {
    expect(Buffer.byteLength(read('steel-shift.ndjson'))).toBeLessThan(1_048_576);
  });

  it('holds only what its stations may say', () => {
    const kinds = new Map(registry.stations.map(({ source, kind }) => [source, kind]));
    for (const { attributes } of events) {
      const kind = kinds.get(attributes.source)!;
      expect(maySend(kind, definitionOf(attributes.type)!)).toBe(true);
    }
  });

  it('is sealed to the last event of every station', () => {
    for (const { source, publicKey } of registry.stations) {
      const own = events.filter(({ attributes }) => attributes.source === source);
      const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'base64')]);
      const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
      const digests = [SEAL_CHAIN_START];
      let covered = 0;
      for (const { attributes, data, typed } of own) {
        expect(attributes.seq).toBe(digests.length);
        digests.push(extendSealChain(digests.at(-1)!, digestsOf(attributes, data)));
        if (typed.key !== 'stationSealed') continue;
        const { firstSeq, lastSeq, before, after, signature } = typed.data;
        expect(firstSeq).toBe(covered + 1);
        expect(before).toBe(digests[firstSeq - 1]!.toString('hex'));
        expect(after).toBe(digests[lastSeq]!.toString('hex'));
        const text = sealText({ source, boot: attributes.boot, ...typed.data });
        expect(verify(null, text, key, Buffer.from(signature, 'base64'))).toBe(true);
        covered = lastSeq;
      }
      expect(covered).toBe(Math.max(0, own.length - 1));
    }
  });

  it('tells two lots from arrival to dispatch', () => {
    expect(all('deliveryCompleted')).toHaveLength(2);
    expect(all('runStarted').map(({ inputs }) => inputs)).toEqual(
      all('deliveryCompleted').map((ticket) => ticket.lines.map(({ lotId }) => lotId)),
    );
    const products = new Set(
      all('runStarted').flatMap(({ outlets }) => outlets.map((o) => o.lotId)),
    );
    const shipped = all('shipmentDispatched').flatMap((shipment) => shipment.lines);
    expect(shipped.length).toBeGreaterThan(2);
    for (const { lotId, all: isAll } of shipped) {
      expect(products).toContain(lotId);
      expect(isAll).toBe(true);
    }
    expect(all('lotAssayed')).toHaveLength(2);
  });

  it('balances: feed = outlets + losses within what the scales may err', () => {
    for (const { runId, losses, upTo } of all('runClosed')) {
      const fed = Math.max(
        ...all('feedMetered').map((feed) => (feed.runId === runId ? feed.cumulativeMg : 0)),
      );
      const containers = all('containerWeighed').filter((container) => container.runId === runId);
      const out = [...containers, ...losses].reduce((sum, { massMg }) => sum + massMg, 0);
      const deviation = Math.hypot(
        fed * 0.003,
        ...[...containers, ...losses].map(({ uncertaintyMg }) => uncertaintyMg),
      );
      expect(Math.abs(fed - out)).toBeLessThan(4 * deviation);
      expect(upTo).toHaveLength(4);
      for (const { source, seq } of upTo) {
        const marked = events.find(
          (e) => e.attributes.source === source && e.attributes.seq === seq,
        );
        expect(marked?.attributes.subject).toBe(runId);
      }
    }
  });

  it('has a token for every station', () => {
    const tokens = JSON.parse(read('tokens.json')) as Record<string, string>;
    for (const { source, tokenSha256: digest } of registry.stations) {
      expect(tokenSha256(tokens[source]!)).toBe(digest);
    }
  });
});
