/** A page of a list, with the cursor of the next one; null = this is the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface PageRequest {
  /** `next` of the page before. */
  readonly after?: string | undefined;
  /** 1 … 500; default 50. */
  readonly limit?: number | undefined;
}

/** A cursor that this library did not give. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
}

export const limitOf = ({ limit = 50 }: PageRequest): number =>
  Math.max(1, Math.min(500, Math.trunc(limit)));

/** Place of a row in a list: its time and id. Opaque to callers. */
export type Place = readonly [time: string, id: string];

export const encodeCursor = (place: Place): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** Throws a CursorError for what `encodeCursor` did not give. */
export function decodeCursor(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(place) && place.length === 2) {
      const [time, id] = place as unknown[];
      const isTime = typeof time === 'string' && !Number.isNaN(Date.parse(time));
      if (isTime && typeof id === 'string') return [time, id];
    }
  } catch (cause) {
    throw new CursorError('not a cursor of this list', { cause });
  }
  throw new CursorError('not a cursor of this list');
}

/** Cuts what was asked for with one row more than the page holds. */
export function toPage<T>(rows: readonly T[], limit: number, placeOf: (row: T) => Place): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { items, next: isMore ? encodeCursor(placeOf(last)) : null };
}
