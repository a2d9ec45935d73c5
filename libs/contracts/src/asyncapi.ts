import { EVENTS, FACTS } from './catalogue.js';
import type { EventDefinition } from './define-event.js';
import { type JsonSchema, dataSchemaUri, draft7 } from './json-schema.js';
import { lotState, totalState } from './published-state.js';
import { DEAD_LETTER_HEADERS, TOPICS, type TopicDefinition } from './topics.js';
import { cloudEventHeaders, exampleRecord } from './asyncapi-headers.js';
import { stepUri } from './vocabulary.js';

/** AsyncAPI 3.1 of the topics, as plain data (docs/asyncapi.yaml). */
export interface AsyncApi {
  readonly asyncapi: string;
  readonly info: JsonSchema;
  readonly defaultContentType: string;
  readonly servers: JsonSchema;
  readonly channels: Readonly<Record<string, JsonSchema>>;
  readonly operations: Readonly<Record<string, JsonSchema>>;
  readonly components: {
    readonly messages: Readonly<Record<string, JsonSchema>>;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

const BINDING_VERSION = '0.5.0';

const ref = (part: string, name: string): JsonSchema => ({ $ref: `#/components/${part}/${name}` });

const events: readonly EventDefinition[] = Object.values(EVENTS);
const facts: readonly EventDefinition[] = Object.values(FACTS);
const { piecesScanned, piecesClassified } = EVENTS;

/** Records that are no CloudEvents: newest states, checkpoints and dead letters. */
const OTHER_MESSAGES: Readonly<Record<string, JsonSchema>> = {
  lotState: {
    name: 'lotState',
    title: 'Newest state of a lot',
    summary: 'A state, not a fact: of two with one key, the one with the higher `logIndex` counts.',
    contentType: 'application/json',
    payload: ref('schemas', 'lotState'),
    bindings: keyBinding('siteId/lotId'),
  },
  totalState: {
    name: 'totalState',
    title: 'Cumulative totals of a site, stream and class',
    summary: 'Gross debits and credits by book; both only grow, net is their difference.',
    contentType: 'application/json',
    payload: ref('schemas', 'totalState'),
    bindings: keyBinding('siteId/stream/class'),
  },
  checkpoint: {
    name: 'checkpoint',
    title: 'Signed checkpoint',
    summary: 'C2SP tlog-checkpoint: origin, tree size and root hash in a signed note.',
    contentType: 'text/plain; charset=utf-8',
    payload: { type: 'string' },
    bindings: keyBinding('siteId'),
  },
  deadLetter: {
    name: 'deadLetter',
    title: 'Dead letter',
    summary: 'Bytes that no schema accepts, as they were found, and why.',
    contentType: 'application/octet-stream',
    headers: {
      type: 'object',
      required: Object.values(DEAD_LETTER_HEADERS),
      properties: Object.fromEntries(
        Object.values(DEAD_LETTER_HEADERS).map((name) => [name, { type: 'string' }]),
      ),
    },
    payload: { type: 'string', format: 'binary' },
    bindings: keyBinding('as found'),
  },
};

/** Names of the messages of a topic. */
function messagesOf({ name }: TopicDefinition): readonly string[] {
  const typesOf = (definitions: readonly EventDefinition[]): string[] =>
    definitions.map(({ type }) => type);
  switch (name) {
    case TOPICS.classifiedEvents.name:
      return typesOf(events.filter((event) => event !== piecesScanned));
    case TOPICS.custodyEvents.name:
      return typesOf(facts);
    case TOPICS.lots.name:
      return ['lotState'];
    case TOPICS.totals.name:
      return ['totalState'];
    case TOPICS.checkpoints.name:
      return ['checkpoint'];
    case TOPICS.deadLetters.name:
      return ['deadLetter'];
    default:
      return typesOf(events.filter((event) => event !== piecesClassified));
  }
}

/** The document for an installation whose topics have this prefix. */
export function asyncApi(prefix = 'urbanmine.'): AsyncApi {
  const topics = Object.entries<TopicDefinition>(TOPICS);
  const definitions = [...events, ...facts];
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Urbanmine',
      version: '1',
      description:
        'Every topic and every record of an installation. Events and facts are CloudEvents 1.0 in ' +
        'Kafka binary mode: attributes in headers `ce_…`, data as the value. Of one source, boot ' +
        'and seq there is one event: a consumer that has seen it drops it. Masses are whole ' +
        'milligrams; `mg` beyond 2^53 are decimal strings.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      local: {
        host: 'localhost:7111',
        protocol: 'kafka',
        description: 'the broker that `npm start` runs',
      },
    },
    channels: Object.fromEntries(topics.map(([id, topic]) => [id, channel(prefix, topic)])),
    operations: Object.fromEntries(topics.flatMap(([id, topic]) => operations(id, topic))),
    components: {
      messages: {
        ...Object.fromEntries(definitions.map((one) => [one.type, message(one)])),
        ...OTHER_MESSAGES,
      },
      schemas: {
        ...Object.fromEntries(definitions.map(({ type, schema }) => [type, inner(schema)])),
        lotState: inner(lotState),
        totalState: inner(totalState),
      },
    },
  };
}

/** The dialect is AsyncAPI's own (a superset of draft-07) and is not repeated in each schema. */
function inner(schema: EventDefinition['schema']): JsonSchema {
  return Object.fromEntries(Object.entries(draft7(schema)).filter(([name]) => name !== '$schema'));
}

function keyBinding(key: string): JsonSchema {
  return {
    kafka: { key: { type: 'string', description: key }, bindingVersion: BINDING_VERSION },
  };
}

function channel(prefix: string, topic: TopicDefinition): JsonSchema {
  return {
    address: `${prefix}${topic.name}`,
    description: topic.description,
    messages: Object.fromEntries(messagesOf(topic).map((name) => [name, ref('messages', name)])),
    bindings: {
      kafka: {
        topic: `${prefix}${topic.name}`,
        partitions: topic.partitions,
        topicConfiguration: settings(topic.settings),
        bindingVersion: BINDING_VERSION,
      },
    },
  };
}

/** Kafka's texts in the types that the binding asks for. */
function settings(given: TopicDefinition['settings']): JsonSchema {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]): [string, unknown] => {
      if (name === 'cleanup.policy') return [name, value.split(',')];
      return [name, /^-?[0-9]+$/.test(value) ? Number(value) : value];
    }),
  );
}

/** What a reader outside may do: receive from every topic; what a station may do: say its events. */
function operations(id: string, topic: TopicDefinition): [string, JsonSchema][] {
  const name = `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`;
  const messages = messagesOf(topic).map((one) => ({ $ref: `#/channels/${id}/messages/${one}` }));
  const part = { channel: { $ref: `#/channels/${id}` }, messages };
  return [
    [
      `send${name}`,
      { action: 'send', summary: `The ${topic.producer} says it: ${topic.description}`, ...part },
    ],
    [`receive${name}`, { action: 'receive', summary: `Read ${topic.name}.`, ...part }],
  ];
}

function message(definition: EventDefinition): JsonSchema {
  const { type, name, summary, docs, owner, by, epcis, subject } = definition;
  const said = by.includes('every') ? 'every station' : by.join(', ');
  const notes = [
    docs,
    `Said by: ${said}. Owner: ${owner}. Subject: ${subject}. Record key: siteId.`,
    epcis === undefined ? undefined : `EPCIS: ${epcis.event}, ${stepUri(epcis.bizStep)}.`,
  ];
  const [example] = definition.examples;
  return {
    name: type,
    title: name,
    summary,
    description: notes.filter((note) => note !== undefined).join('\n\n'),
    contentType: 'application/json',
    headers: cloudEventHeaders(type),
    payload: ref('schemas', type),
    bindings: keyBinding('siteId'),
    examples: example === undefined ? [] : [exampleRecord(definition, example)],
    externalDocs: { url: dataSchemaUri(type), description: 'JSON Schema (draft-07) of the data' },
  };
}
