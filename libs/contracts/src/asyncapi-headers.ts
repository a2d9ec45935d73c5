import { type EventAttributes, ENTRY_MODES, siteOf } from './attributes.js';
import { encodeHeaders } from './cloud-event.js';
import type { EventDefinition } from './define-event.js';
import { type JsonSchema, dataSchemaUri } from './json-schema.js';
import { subjectOf } from './subject.js';

const text = (description: string): JsonSchema => ({ type: 'string', description });

/** Headers of a record in CloudEvents binary mode; all are texts in UTF-8. */
export function cloudEventHeaders(type: string): JsonSchema {
  return {
    type: 'object',
    required: [
      'ce_specversion',
      'ce_id',
      'ce_source',
      'ce_type',
      'ce_time',
      'ce_subject',
      'ce_siteid',
      'ce_boot',
      'ce_seq',
      'content-type',
    ],
    properties: {
      ce_specversion: { type: 'string', const: '1.0' },
      ce_type: { type: 'string', const: type },
      ce_id: text('`<boot>.<seq>`; with the source the identity of the event'),
      ce_source: text('`<site>.<station>`; `<site>/ledger` of facts'),
      ce_time: text('RFC 3339, UTC, milliseconds: when it happened at the station'),
      ce_subject: text('run, lot, visit or shipment that it is about, else the station'),
      ce_siteid: text('the site; also the record key'),
      ce_boot: text("Unix second in which the station's spool was made; 0 of facts"),
      ce_seq: text('1, 2, 3 … per source and boot'),
      ce_actor: text('pseudonym of the person, of what people entered'),
      ce_entrymode: { type: 'string', enum: ENTRY_MODES },
      ce_dataschema: text(`URI of the schema, as ${dataSchemaUri(type)}`),
      ce_traceparent: text('W3C Trace Context; of a fact that of the event that caused it'),
      'content-type': { type: 'string', const: 'application/json' },
      ingesttime: text('on classified-events: append time of station-events, Unix ms'),
      recordtime: text('on custody-events: when the ledger committed the fact'),
    },
  };
}

const SAID_AT = '2026-11-24T08:00:00.000Z';
const STATION_BOOT = 1_795_000_000;

/** Attributes that an event with this data could have. */
export function exampleAttributes(definition: EventDefinition, data: object): EventAttributes {
  const siteid = siteOf(subjectOf(definition, data, 'north.gate'));
  const ours = definition.by.find((by) => by === 'ledger' || by === 'classifier');
  const isFact = ours === 'ledger';
  const station = definition.by.includes('every') ? 'gate' : (definition.by[0] ?? 'gate');
  const source = isFact ? `${siteid}/ledger` : `${siteid}.${station}-1`;
  return {
    source,
    boot: isFact ? 0 : STATION_BOOT,
    seq: 17,
    type: definition.type,
    time: SAID_AT,
    subject: subjectOf(definition, data, source),
    siteid,
    dataschema: dataSchemaUri(definition.type),
  };
}

/** An example as it would stand on the topic. */
export const exampleRecord = (definition: EventDefinition, data: unknown): JsonSchema => ({
  headers: encodeHeaders(exampleAttributes(definition, data as object)),
  payload: data,
});
