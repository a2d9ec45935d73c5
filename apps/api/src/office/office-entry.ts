import {
  EVENTS,
  type EntryMode,
  type EventDefinition,
  PoisonError,
  dataSchemaUri,
  decodeBody,
  goodTraceparent,
  maySend,
  siteOf,
  subjectOf,
} from '#contracts';
import type { NewEvent } from '#edge';
import { z } from 'zod';

/** What the desk is asked to say; the body of `POST /v1/office/{name}`. */
export const officeRequest = z.strictObject({
  siteId: z.string().describe('site whose office says it'),
  time: z
    .string()
    .optional()
    .describe('when it happened, RFC 3339 UTC with milliseconds; not given: now'),
  data: z.record(z.string(), z.unknown()).describe('data of the event, by its schema'),
});
export type OfficeRequest = z.infer<typeof officeRequest>;

/** The desk's own software says these; a person does not. */
const OF_THE_DESK: ReadonlySet<string> = new Set(
  [EVENTS.stationBooted, EVENTS.stationSealed, EVENTS.stationKeychanged, EVENTS.eventVoided].map(
    ({ type }) => type,
  ),
);

/** What a person at the office may enter, by its name in the path. */
export const OFFICE_EVENTS: ReadonlyMap<string, EventDefinition> = new Map(
  Object.values<EventDefinition>(EVENTS)
    .filter((event) => maySend('office', event) && !OF_THE_DESK.has(event.type))
    .map((event) => [event.name, event]),
);

/** Said so much later than it happened, an entry is backdated: nobody reads a scale from memory. */
const BACKDATED_AFTER_MS = 15 * 60_000;
/** Clocks of people's machines differ. */
const AHEAD_MS = 5 * 60_000;

/** Who enters what, when. */
export interface OfficeCall {
  readonly definition: EventDefinition;
  readonly request: OfficeRequest;
  readonly source: string;
  readonly actor: string;
  readonly nowMs: number;
  /** `traceparent` of the request, as it came. */
  readonly traced?: unknown;
}

/**
 * The event that an entry becomes. Throws a PoisonError that names every problem; then nothing was
 * entered. What happened in the last minutes is `manual`, what is older `backdated`.
 */
export function officeEvent(call: OfficeCall): NewEvent {
  const { definition, request, source, actor, nowMs } = call;
  const { type } = definition;
  decodeBody(type, request.data);
  const subject = subjectOf(definition, request.data, source);
  if (siteOf(subject) !== request.siteId) {
    throw new PoisonError(
      `data: its subject "${subject}" is not of site "${request.siteId}"`,
      'data-invalid',
    );
  }
  const happenedMs = request.time === undefined ? nowMs : Date.parse(request.time);
  if (Number.isNaN(happenedMs)) {
    throw new PoisonError(`time: "${String(request.time)}" is no time`, 'attributes-invalid');
  }
  if (happenedMs > nowMs + AHEAD_MS) {
    throw new PoisonError('time: lies in the future', 'attributes-invalid');
  }
  const entrymode: EntryMode = nowMs - happenedMs > BACKDATED_AFTER_MS ? 'backdated' : 'manual';
  const traceparent = goodTraceparent(call.traced);
  return {
    type,
    subject,
    data: request.data,
    time: new Date(happenedMs).toISOString(),
    actor,
    entrymode,
    dataschema: dataSchemaUri(type),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}
