import { type DataOf, PoisonError, type TypedData, decodeBody } from '#contracts';
import { type BookedData, isBooked } from './named-ids.js';

/** Reads what a correction says of an event; a text says why it cannot be read. */
export function bodyOf(
  type: string,
  body: Readonly<Record<string, unknown>> | null,
): BookedData | string | null {
  if (body === null) return null;
  const typed = typedOf(type, body);
  return typeof typed === 'string' ? typed : isBooked(typed) ? typed : 'it moved nothing';
}

function typedOf(type: string, body: Readonly<Record<string, unknown>>): TypedData | string {
  try {
    return decodeBody(type, body);
  } catch (error) {
    if (error instanceof PoisonError) return `corrected: ${error.message}`;
    throw error;
  }
}

/** What a correction says of an event, when it can be read; for looking up what it names. */
export function correctedBody(
  type: string,
  body: Readonly<Record<string, unknown>> | null | undefined,
): BookedData | null {
  const read = bodyOf(type, body ?? null);
  return typeof read === 'string' ? null : read;
}

export const asBooked = (typed: TypedData): BookedData | null => (isBooked(typed) ? typed : null);

export const correctionKey = ({ source, id }: DataOf<'eventCorrected'>['errs']): string =>
  `${source} ${id}`;
