import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  type DefinitionKey,
  decodeBody,
  decodeEntry,
  decodeStructured,
  parseJson,
  siteRegistrySchema,
} from '#contracts';
import { foldDay, recordOf } from './plant-day.spec-tools.js';

const START_MS = Date.parse('2026-11-24T06:00:00.000Z');
const read = (name: string): Buffer => readFileSync(`examples/${name}`);

const records = read('steel-shift.ndjson')
  .toString()
  .trimEnd()
  .split('\n')
  .map((line, index) => {
    const { attributes, data: value, body } = decodeStructured(Buffer.from(line));
    const typed = decodeBody(attributes.type, body);
    return recordOf({ attributes, typed, value, ingestTimeMs: START_MS + 1_000 + index * 50 });
  });
const registry = siteRegistrySchema.parse(parseJson(read('site.json')));
const { set, result } = foldDay(registry, records);
const facts = result.entries.map((entry) => {
  const { attributes, data } = decodeEntry(entry);
  return decodeBody(attributes.type, parseJson(data));
});
const all = <Key extends DefinitionKey>(key: Key): DataOf<Key>[] =>
  facts.flatMap((typed) => (typed.key === key ? [typed.data as DataOf<Key>] : []));

describe('The example shift in the books of the ledger', () => {
  it('balances both runs at their marks, within three standard uncertainties', () => {
    const balances = all('runBalanced');
    expect(balances.map(({ marks }) => marks)).toEqual(['reached', 'reached']);
    for (const { unaccountedMg, unaccountedUncertaintyMg } of balances) {
      expect(Math.abs(Number(unaccountedMg))).toBeLessThan(3 * Number(unaccountedUncertaintyMg));
    }
  });

  it('grades the product of both runs by what sensors read, and again by the assay', () => {
    const graded = all('lotGraded');
    const products = all('runBalanced').map(({ outlets }) => outlets[0]!.lotId);
    for (const lotId of products) {
      const [first, second, ...others] = graded.filter((one) => one.lotId === lotId);
      expect(others).toEqual([]);
      expect(first).toMatchObject({ grade: 'E40', evidence: { assays: [] } });
      expect(first!.evidence.pieces).toBeGreaterThan(100);
      expect(first!.evidence.calibrations).toHaveLength(1);
      expect(second).toMatchObject({ grade: 'E40', evidence: { assays: [expect.any(String)] } });
      const [copper] = second!.limits;
      expect(copper!.biasPpm).toBeLessThan(first!.limits[0]!.biasPpm);
    }
    expect(graded).toHaveLength(2 * products.length);
  });

  it('raises no exception', () => {
    expect(all('exceptionRaised')).toEqual([]);
  });

  it('leaves nothing parked and no gap', () => {
    expect(all('gapDeclared')).toEqual([]);
    expect(set.parked.size).toBe(0);
  });

  it('dispatches every lot that came off the lines', () => {
    expect(all('lotDispatched').length).toBe(
      all('runBalanced').flatMap(({ outlets }) => outlets.filter(({ massMg }) => massMg !== '0'))
        .length,
    );
  });
});
