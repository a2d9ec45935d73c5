import {
  DEAD_LETTER_HEADERS,
  type EventAttributes,
  PoisonError,
  type RecordHeaders,
  decodeHeaders,
} from '#contracts';

/** A record of `dead-letters.v1` as it is shown. */
export interface Letter {
  /** Its name for the other commands. */
  readonly offset: number;
  /** RFC 3339: when it was rejected. */
  readonly time: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly by: string;
  /** Where the bytes stood. */
  readonly origin: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
  };
  /** Of the value as it was found, hex. */
  readonly sha256: string;
  /** Null: the headers are no event's, and `unreadable` says why. */
  readonly event: EventAttributes | null;
  readonly unreadable: string | null;
  readonly headers: RecordHeaders;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export interface LetterRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: RecordHeaders;
}

export function readLetter(record: LetterRecord): Letter {
  const headers = record.headers ?? {};
  const text = (name: keyof typeof DEAD_LETTER_HEADERS): string =>
    textOf(headers[DEAD_LETTER_HEADERS[name]]) ?? '';
  const detail = text('detail');
  return {
    offset: Number(record.offset),
    time: new Date(Number(record.timestamp)).toISOString(),
    reason: text('reason'),
    detail: detail === '' ? null : detail,
    by: text('by'),
    origin: {
      topic: text('topic'),
      partition: Number(text('partition')),
      offset: Number(text('offset')),
    },
    sha256: text('sha256'),
    ...attributesOf(headers),
    headers,
    key: record.key,
    value: record.value,
  };
}

function attributesOf(headers: RecordHeaders): Pick<Letter, 'event' | 'unreadable'> {
  try {
    return { event: decodeHeaders(headers), unreadable: null };
  } catch (error) {
    if (!(error instanceof PoisonError)) throw error;
    return { event: null, unreadable: error.message };
  }
}

const textOf = (value: RecordHeaders[string]): string | undefined =>
  (Array.isArray(value) ? value[0] : value)?.toString();

/** What is told of a letter; its bytes are shown by themselves. */
export function summaryOf(letter: Letter): object {
  const { offset, time, reason, detail, by, origin, sha256, event, unreadable, value } = letter;
  const bytes = value?.length ?? null;
  return { offset, time, reason, detail, by, origin, sha256, bytes, event, unreadable };
}

/** Which letters a command is about. */
export interface LetterFilter {
  readonly reason?: string;
  readonly source?: string;
  readonly by?: string;
}

export const fits = ({ reason, event, by }: Letter, filter: LetterFilter): boolean =>
  (filter.reason === undefined || filter.reason === reason) &&
  (filter.source === undefined || filter.source === event?.source) &&
  (filter.by === undefined || filter.by === by);
