import {
  ENTRY_MODES,
  EVENT_TIME,
  EVENT_TYPE,
  REJECT_REASONS,
  SITE_ID,
  SITE_SCOPED_ID,
  STATION_SOURCE,
} from '#contracts';
import { z } from 'zod';

const text = z.string().min(1);

/**
 * A CloudEvent as a request holds it, for the description of the API. The gateway itself decodes by
 * `decodeStructured`, which keeps the bytes; a spec holds the two together.
 */
export const eventSchema = z
  .strictObject({
    specversion: z.literal('1.0'),
    id: z
      .string()
      .regex(/^[0-9]+\.[0-9]+$/)
      .describe('`<boot>.<seq>`'),
    source: z.string().regex(STATION_SOURCE).describe('the station whose token is used'),
    type: z.string().regex(EVENT_TYPE).describe('one of the types of the kind of station'),
    time: z.string().regex(EVENT_TIME).describe('when it happened: RFC 3339, UTC, milliseconds'),
    subject: z
      .union([z.string().regex(SITE_SCOPED_ID), z.string().regex(STATION_SOURCE)])
      .describe('run, lot, visit or shipment as in the data, else the source'),
    siteid: z.string().regex(SITE_ID),
    boot: z.int().min(1).describe("Unix second in which the station's spool was made"),
    seq: z.int().min(1).describe('1, 2, 3 … within a boot; its slot in the log'),
    actor: text.optional().describe('pseudonym of who entered it by hand'),
    entrymode: z.enum(ENTRY_MODES).optional(),
    dataschema: text.optional(),
    traceparent: text
      .optional()
      .describe('W3C Trace Context; of the request where absent or malformed'),
    tracestate: text.optional().describe('taken with a traceparent, and dropped'),
    datacontenttype: z.literal('application/json').optional(),
    data: z
      .record(z.string(), z.unknown())
      .describe(
        'As the JSON Schema of the type says. Its bytes are kept, hashed and sealed exactly as sent.',
      ),
  })
  .describe('CloudEvents 1.0, structured mode. Unknown attributes and members are refused.');

export const acceptedSchema = z.strictObject({
  accepted: z.int().min(0).describe('events that the broker has acknowledged: all of the request'),
});

export const eventProblemSchema = z.strictObject({
  index: z.int().min(0).nullable().describe('place in the request; null: the body as a whole'),
  source: z.string().nullable(),
  boot: z.number().nullable(),
  seq: z.number().nullable().describe('what to say `event.voided` for'),
  reason: z.enum(REJECT_REASONS),
  detail: z.string().describe('`<path>: <what is wrong>`, several joined by `; `'),
});

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    problems: z.array(eventProblemSchema).optional().describe('one a refused event'),
  })
  .describe('RFC 9457');

const seq = z.int().min(1);

export const positionSchema = z.strictObject({
  source: z.string().regex(STATION_SOURCE),
  boots: z
    .array(
      z.strictObject({
        boot: z.int().min(0),
        position: z.int().min(0).describe('highest seq up to which nothing is awaited any more'),
        openSlots: z
          .array(z.tuple([seq, seq]))
          .describe('first and last seq of ranges at or below it that may still be filled'),
      }),
    )
    .describe('newest first'),
});
