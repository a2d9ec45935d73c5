import { z } from 'zod';
import { asOfOnly } from '../answers/as-of.js';
import { pageOf } from '../answers/cursor.js';
import { exceptionAnswer, exceptionsQuery } from '../exceptions/exceptions.schema.js';
import { checkpointAnswer, checkpointsQuery } from '../log/log.schema.js';
import {
  genealogyAnswer,
  genealogyQuery,
  lotAnswer,
  lotDetailAnswer,
  lotsQuery,
} from '../lots/lots.schema.js';
import {
  criticalMineralsAnswer,
  criticalMineralsQuery,
} from '../reports/critical-minerals.schema.js';
import { reprocessingAnswer, reprocessingQuery } from '../reports/reprocessing.schema.js';
import { weeeAnswer, weeeQuery } from '../reports/weee.schema.js';
import { runAnswer, runDetailAnswer, runsQuery } from '../runs/runs.schema.js';
import { officeRequest } from '../office/office-entry.js';
import { officeAnswer, officeEvents } from '../office/office.schema.js';
import {
  balanceAnswer,
  balanceQuery,
  flowAnswer,
  siteAnswer,
  sitesQuery,
} from '../sites/sites.schema.js';
import { streamQuery } from '../stream/stream.schema.js';

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<'get' | 'post', Operation>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

type JsonSchema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly summary: string;
  readonly requestBody?: JsonSchema;
  readonly parameters: readonly JsonSchema[];
  readonly responses: Readonly<Record<string, JsonSchema>>;
}

interface Described {
  readonly summary: string;
  readonly query?: z.ZodObject;
  /** Name among the components, or a media type that is not JSON. */
  readonly answer: keyof typeof ANSWERS | { readonly media: string };
}

const ANSWERS = {
  Sites: pageOf(siteAnswer),
  Flow: flowAnswer,
  Balance: balanceAnswer,
  Runs: pageOf(runAnswer),
  Run: runDetailAnswer,
  Lots: pageOf(lotAnswer),
  Lot: lotDetailAnswer,
  Genealogy: genealogyAnswer,
  CriticalMinerals: criticalMineralsAnswer,
  Weee: weeeAnswer,
  Reprocessing: reprocessingAnswer,
  Exceptions: pageOf(exceptionAnswer),
  Checkpoints: pageOf(checkpointAnswer),
  OfficeEvents: officeEvents,
  OfficeAnswer: officeAnswer,
} as const satisfies Record<string, z.ZodType>;

const TEXT = { media: 'text/plain' } as const;
const BYTES = { media: 'application/octet-stream' } as const;
const JSON_MEDIA = { media: 'application/json' } as const;

const PATHS: Readonly<Record<string, Described>> = {
  '/v1/sites': { summary: 'Sites with their logs', query: sitesQuery, answer: 'Sites' },
  '/v1/sites/{site}/flow': {
    summary: 'Totals by stream and class, and what came lately',
    query: asOfOnly,
    answer: 'Flow',
  },
  '/v1/sites/{site}/balance': {
    summary: 'Double-entry balance of a period by kind of account',
    query: balanceQuery,
    answer: 'Balance',
  },
  '/v1/runs': { summary: 'Runs, newest first', query: runsQuery, answer: 'Runs' },
  '/v1/runs/{run}': {
    summary: 'A run with its newest mass balance',
    query: asOfOnly,
    answer: 'Run',
  },
  '/v1/lots': { summary: 'Lots, newest first or by id', query: lotsQuery, answer: 'Lots' },
  '/v1/lots/{lot}': {
    summary: 'A lot with its books and neighbours',
    query: asOfOnly,
    answer: 'Lot',
  },
  '/v1/lots/{lot}/genealogy': {
    summary: 'Lots that it was made of and that were made of it, over several steps',
    query: genealogyQuery,
    answer: 'Genealogy',
  },
  '/v1/exceptions': {
    summary: 'What a person should look at, newest first',
    query: exceptionsQuery,
    answer: 'Exceptions',
  },
  '/v1/reports/critical-minerals': {
    summary:
      'Critical elements in the lots of a site: contained, dispatched to a recoverer, recovered',
    query: criticalMineralsQuery,
    answer: 'CriticalMinerals',
  },
  '/v1/reports/weee': {
    summary: 'Waste equipment by category, where it counts by Implementing Decision (EU) 2019/2193',
    query: weeeQuery,
    answer: 'Weee',
  },
  '/v1/reports/reprocessing': {
    summary:
      'Yields, reagents, energy and water of runs by process, and the grades of what they made',
    query: reprocessingQuery,
    answer: 'Reprocessing',
  },
  '/v1/stream': {
    summary: 'Facts as they come; `Last-Event-ID` goes on where a connection was lost',
    query: streamQuery,
    answer: { media: 'text/event-stream' },
  },
  '/log/{site}/checkpoint': { summary: 'Newest signed checkpoint (tlog-tiles)', answer: TEXT },
  '/log/{site}/checkpoints': {
    summary: 'Checkpoints, largest first',
    query: checkpointsQuery,
    answer: 'Checkpoints',
  },
  '/log/{site}/tile/{level}/{index}': {
    summary: 'Hash tile; `{index}` as tlog-tiles writes it, with `.p/<width>` when partial',
    answer: BYTES,
  },
  '/log/{site}/tile/entries/{index}': { summary: 'Entry bundle', answer: BYTES },
  '/log/{site}/key': { summary: 'Verifier key of the log', answer: TEXT },
  '/log/{site}/keys': {
    summary: 'Verifier keys that have signed the log, oldest first, one a line',
    answer: TEXT,
  },
  '/log/{site}/key/time': { summary: 'Verifier key of the timed cosignature', answer: TEXT },
  '/log/{site}/registry/{digest}': { summary: 'Bytes of an enrolment', answer: JSON_MEDIA },
  '/schemas/{type}.json': {
    summary: 'JSON Schema (draft-07) of the data of an event or fact',
    answer: JSON_MEDIA,
  },
  '/v1/office': { summary: 'What people at an office may enter', answer: 'OfficeEvents' },
  '/asyncapi.yaml': {
    summary: 'AsyncAPI description of topics, events and facts',
    answer: { media: 'application/yaml' },
  },
  '/docs/events': { summary: 'The same, to read', answer: { media: 'text/html' } },
  '/vocabulary.json': {
    summary: 'What our own words beside the Core Business Vocabulary mean (JSON-LD)',
    answer: { media: 'application/ld+json' },
  },
};

const problem = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('what is wrong and what to do about it'),
  instance: z.string(),
});

/** The description of this interface, out of the schemas that its answers are tested with. */
export function openApi(): OpenApi {
  const schemas = Object.entries({ ...ANSWERS, Problem: problem }).map(
    ([name, schema]) => [name, jsonSchema(schema)] as const,
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Urbanmine',
      version: '1',
      description:
        'Reads, and an office desk that enters what no station said. Masses are decimal strings in milligrams. Lists are pages `{"items", "next"}`: ' +
        'send `next` as `cursor`. A site-scoped answer names in the header `urbanmine-tree-size` ' +
        "the size of the site's log that it rests on; with `asOf` it is as it was known then. Errors are RFC 9457 problems.",
    },
    paths: {
      ...Object.fromEntries(
        Object.entries(PATHS).map(([path, one]) => [path, { get: operation(path, one) }]),
      ),
      [OFFICE_PATH]: { post: officeOperation() },
    },
    components: {
      schemas: { ...Object.fromEntries(schemas), OfficeRequest: jsonSchema(officeRequest) },
    },
  };
}

const OFFICE_PATH = '/v1/office/{name}';

/** The one thing that is written: 201 when it is in the log, 202 when it is on disk and on its way. */
function officeOperation(): Operation {
  const told: Described = {
    summary: 'Enters an event by hand; the same `idempotency-key` again enters nothing',
    answer: 'OfficeAnswer',
  };
  const { responses, parameters, summary } = operation(OFFICE_PATH, told);
  const { 200: answer, ...others } = responses;
  const header = (name: string, required: boolean, description: string): JsonSchema => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  });
  const schema = { $ref: '#/components/schemas/OfficeRequest' };
  return {
    summary,
    parameters: [
      ...parameters,
      header('idempotency-key', true, '8 to 128 characters that name this entry'),
      header('actor', false, 'pseudonym of who enters it; where there are no tokens'),
      header('approval', false, '`Bearer <token>` of whom `approvedBy` of a correction names'),
    ],
    requestBody: { required: true, content: { 'application/json': { schema } } },
    responses: {
      201: { ...answer, description: 'it is in the log' },
      202: { ...answer, description: 'it is on disk here, and on its way' },
      ...others,
    },
  };
}

function operation(path: string, { summary, query, answer }: Described): Operation {
  const content =
    typeof answer === 'string'
      ? { 'application/json': { schema: { $ref: `#/components/schemas/${answer}` } } }
      : { [answer.media]: {} };
  const problemContent = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  const inPath = [...path.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    summary,
    parameters: [...inPath, ...queryParameters(query)],
    responses: {
      200: { description: 'the answer', content },
      default: { description: 'a problem', content: problemContent },
    },
  };
}

function queryParameters(query: z.ZodObject | undefined): JsonSchema[] {
  if (query === undefined) return [];
  const { properties = {} } = jsonSchema(query) as { properties?: Record<string, JsonSchema> };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: false,
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  const members = Object.entries(z.toJSONSchema(schema, { io: 'output' }));
  // The dialect is OpenAPI 3.1's own and stands once, not in every component.
  return Object.fromEntries(members.filter(([name]) => name !== '$schema'));
}
