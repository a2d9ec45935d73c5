import { Buffer } from 'node:buffer';
import { type DataOf, type EventAttributes, FACTS, dataSchemaUri, encodeEntry } from '#contracts';
import type { Folding } from './folding.js';
import type { Fact } from './model.js';

type FactKey = keyof typeof FACTS;

/** Data of a fact without `restsOn`, which the builder adds: every schema has it last. */
export type Statement<Key extends FactKey> = Omit<DataOf<Key>, 'restsOn'>;

/**
 * States a fact: appends its entry, resting on `folding.cause`. Callers MUST give the members in
 * the order of the schema, since the bytes are what is hashed. Its time is the stream time of its
 * cause, never a wall clock, so the same stream gives the same bytes.
 */
export function fact<Key extends FactKey>(
  folding: Folding,
  key: Key,
  subject: string,
  statement: Statement<Key>,
): Fact {
  const { site, traceparent } = folding;
  const attributes: EventAttributes = {
    source: factSource(site.siteId),
    boot: 0,
    seq: ++site.factSeq,
    type: FACTS[key].type,
    time: new Date(site.streamTimeMs).toISOString(),
    subject,
    siteid: site.siteId,
    dataschema: dataSchemaUri(FACTS[key].type),
  };
  const data = Buffer.from(JSON.stringify({ ...statement, restsOn: folding.cause }));
  const logIndex = folding.append(encodeEntry(attributes, data));
  // Never in the entry, which is the same whoever traced what: only for whoever is told the fact.
  const traced = traceparent === undefined ? attributes : { ...attributes, traceparent };
  const stated: Fact = { seq: attributes.seq, logIndex, attributes: traced, data };
  folding.facts.push(stated);
  folding.counts.facts++;
  return stated;
}

/** CloudEvents source of a site's facts. */
export const factSource = (siteId: string): string => `${siteId}/ledger`;
