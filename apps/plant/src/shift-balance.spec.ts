import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  type DefinitionKey,
  EVENTS,
  type EventAttributes,
  type SiteRegistry,
  decodeBody,
  decodeEntry,
  decodeStructured,
  encodeRegistry,
  parseJson,
  registryDigest,
  siteRegistrySchema,
} from '#contracts';
import { type StreamRecord, decodeRecord, fold, missing, openSite, openWorkingSet } from '#custody';
import { classifyFrame, pieceModel } from '#materials';

const SITE = 'example';
const START_MS = Date.parse('2026-11-24T06:00:00.000Z');
const read = (name: string): Buffer => readFileSync(`examples/${name}`);
const registry: SiteRegistry = siteRegistrySchema.parse(parseJson(read('site.json')));

const adoption = (): StreamRecord => {
  const source = `${SITE}.registrar`;
  const { type } = EVENTS.referenceAdopted;
  const time = '2026-11-24T05:59:00.000Z';
  const attributes = { source, boot: 1, seq: 1, type, time, subject: source, siteid: SITE };
  const digest = registryDigest(encodeRegistry(registry));
  const value = JSON.stringify({ reference: 'sites', name: SITE, version: 1, digest });
  return decodeRecord({ attributes, value: Buffer.from(value), ingestTimeMs: START_MS });
};

/** The record that the classifier makes of an event. */
function recordOf(line: string, ingestTimeMs: number): StreamRecord {
  const { attributes, data, body } = decodeStructured(Buffer.from(line));
  const typed = decodeBody(attributes.type, body);
  if (typed.key !== 'piecesScanned') return decodeRecord({ attributes, value: data, ingestTimeMs });
  const model = pieceModel(typed.data.sensorModel, typed.data.recipe);
  const answer = classifyFrame(typed.data, model);
  const classification = {
    model: model.id,
    modelDigest: model.digest,
    classes: model.classes,
    flags: model.flags,
    class: [...answer.class],
    confidencePpm: [...answer.confidencePpm],
    flagged: answer.flagged,
  };
  const frame: EventAttributes = { ...attributes, type: EVENTS.piecesClassified.type };
  const value = Buffer.from(JSON.stringify({ scan: body, classification }));
  return decodeRecord({ attributes: frame, value, ingestTimeMs });
}

const lines = read('steel-shift.ndjson').toString().trimEnd().split('\n');
const records = [
  adoption(),
  ...lines.map((line, index) => recordOf(line, START_MS + 1_000 + index * 50)),
];

const set = openWorkingSet(openSite(SITE));
for (;;) {
  const wanted = missing(set, records);
  for (const id of wanted.lots) set.lots.set(id, null);
  for (const id of wanted.runs) set.runs.set(id, null);
  for (const id of wanted.visits) set.visits.set(id, null);
  for (const id of wanted.shipments) set.shipments.set(id, null);
  for (const digest of wanted.registries) set.registries.set(digest, registry);
  if (Object.values(wanted).every(({ length }: readonly string[]) => length === 0)) break;
}
const result = fold(set, records);
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
