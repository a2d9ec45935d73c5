import { invariant } from '#contracts';
import { z } from 'zod';
import {
  acceptedSchema,
  eventProblemSchema,
  eventSchema,
  positionSchema,
  problemSchema,
} from './api-schemas.js';

const SCHEMAS = {
  Event: eventSchema,
  Accepted: acceptedSchema,
  EventProblem: eventProblemSchema,
  Problem: problemSchema,
  Position: positionSchema,
};

const ref = (name: keyof typeof SCHEMAS): object => ({ $ref: `#/components/schemas/${name}` });

const json = (description: string, name: keyof typeof SCHEMAS): object => ({
  description,
  content: { 'application/json': { schema: ref(name) } },
});

const problem = (description: string, more: object = {}): object => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
  ...more,
});

const RETRY_AFTER = {
  headers: {
    'Retry-After': { description: 'seconds', required: true, schema: { type: 'integer' } },
  },
};
const BEARER = [{ stationToken: [] }];

/** Of every route for which a token is needed. */
const unauthorized = {
  '401': problem('No bearer token, or one that is enrolled nowhere', {
    headers: { 'WWW-Authenticate': { schema: { const: 'Bearer' } } },
  }),
};

function postEvents(): object {
  return {
    operationId: 'postEvents',
    summary: 'Hand over events of one station: all of them or none',
    description:
      'One at a time per station: a request waits until those before it are answered. ' +
      'What a 202 named may be sent again: the ledger keeps each (source, boot, seq) once.',
    security: BEARER,
    parameters: [
      {
        name: 'Content-Encoding',
        in: 'header',
        description: 'Of a body that is compressed; bounds hold for what it inflates to',
        schema: { enum: ['gzip'] },
      },
    ],
    requestBody: {
      required: true,
      content: {
        'application/cloudevents+json': { schema: ref('Event') },
        'application/cloudevents-batch+json': { schema: { type: 'array', items: ref('Event') } },
        'application/x-ndjson': {
          schema: { type: 'string', description: 'One event a line, LF-ended' },
        },
      },
    },
    responses: {
      '202': json('The broker has all of them', 'Accepted'),
      '400': problem('Nothing was accepted; `problems` names each bad event'),
      ...unauthorized,
      '403': problem('The station may not say this; nothing was accepted'),
      '413': problem('The body or the number of events is above its bound'),
      '415': problem('Content-Type or Content-Encoding is none of ours'),
      '429': problem('Too many requests of this station wait already', RETRY_AFTER),
      '503': problem('No acknowledgement, or no room: send the same again', RETRY_AFTER),
    },
  };
}

function getPosition(): object {
  return {
    operationId: 'getPosition',
    summary: 'Where the ledger stands with a station',
    description: 'What is at or below the position and in no open slot is safe.',
    security: BEARER,
    parameters: [
      {
        name: 'source',
        in: 'path',
        required: true,
        description: "A station of the token's own site",
        schema: { type: 'string' },
      },
    ],
    responses: {
      '200': json('Position and open slots of each boot', 'Position'),
      ...unauthorized,
      '404': problem('The site of the token has no such station'),
      '503': problem('The database is away; ingest goes on', RETRY_AFTER),
    },
  };
}

/** The gateway's API in OpenAPI 3.1. What the data of each event type is, its JSON Schema says. */
function openApiDocument(): object {
  const schemas = Object.entries(SCHEMAS).map(([name, schema]) => {
    const { $schema: dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
    // OpenAPI 3.1 states the dialect once, for the whole document.
    invariant(dialect !== undefined, `no dialect of ${name}`);
    return [name, rest];
  });
  return {
    openapi: '3.1.1',
    info: {
      title: 'Urbanmine gateway',
      version: '1',
      description: 'Stations hand over events here, over HTTP/1.1.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:7101', description: 'npm start' }],
    paths: {
      '/v1/events': { post: postEvents() },
      '/v1/stations/{source}/position': { get: getPosition() },
      '/openapi.json': {
        get: {
          operationId: 'getDescription',
          summary: 'This document',
          security: [],
          responses: {
            '200': {
              description: 'OpenAPI 3.1',
              content: { 'application/json': { schema: { type: 'object' } } },
            },
          },
        },
      },
    },
    components: {
      schemas: Object.fromEntries(schemas) as Readonly<Record<string, object>>,
      securitySchemes: {
        stationToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'Given to a station when it is enrolled; speaks for that station only',
        },
      },
    },
  };
}

/** As it is committed and served. */
export const openApiText = (): string => `${JSON.stringify(openApiDocument(), null, 2)}\n`;
