import { crc32 } from 'node:zlib';
import { type EventDigests, invariant } from '#contracts';

/**
 * Records of a segment file: u32 length and u32 CRC-32 of the payload, both little-endian, then the
 * payload. A record is whole or it is not there: what a power cut tore ends the file.
 */
const FRAME_BYTES = 8;
/** No payload is longer; a larger length is a torn one. */
const PAYLOAD_BYTES_MAX = 131_072;
/**
 * Payload of an event: u8 kind, u48 boot, u48 seq, two SHA-256, then the line. A marked event has
 * u16 length and JSON of its mark before the line.
 */
const EVENT_HEAD_BYTES = 1 + 6 + 6 + 64;
/** Longest JSON of a mark. */
const MARK_BYTES_MAX = 1_024;

const KINDS = { header: 1, event: 2, seal: 3, void: 4, marked: 5, mark: 6 } as const;

/** How far an input has been read: stored in one step with the event that was read. */
export interface InputMark {
  /** Name of the input; a spool keeps the newest mark of each. */
  readonly input: string;
  /** What the input needs to go on from there; the spool does not look into it. */
  readonly value: string;
}

/** First record of a segment: what must be known when earlier segments are gone. */
export interface SegmentHeader {
  readonly format: 'urbanmine/spool/v1';
  readonly source: string;
  readonly boot: number;
  /** Last seq before this segment, and D of it. */
  readonly lastSeq: number;
  readonly digest: string;
  readonly sealedThrough: number;
  readonly sealedDigest: string;
  readonly hasUnsealed: boolean;
  /** Newest mark by input; absent in spools that were made before there were marks. */
  readonly marks?: Readonly<Record<string, string>>;
}

export interface EventRecord {
  readonly kind: 'event' | 'seal' | 'void';
  readonly boot: number;
  readonly seq: number;
  /** Of the event as it was first made; a void keeps those of the event it replaces. */
  readonly digests: EventDigests;
  readonly mark?: InputMark | undefined;
  /** Where the structured line stands in the file. */
  readonly lineStart: number;
  readonly lineEnd: number;
}

export type SegmentRecord =
  | { readonly kind: 'header'; readonly header: SegmentHeader }
  | { readonly kind: 'mark'; readonly mark: InputMark }
  | EventRecord;

const encodeMark = ({ input, value }: InputMark): Buffer => {
  const bytes = Buffer.from(JSON.stringify({ input, value }));
  invariant(bytes.length <= MARK_BYTES_MAX, `the mark of ${input} is too long`);
  return bytes;
};

/** Head of an event's record; the file gets it and then the line. */
export function eventRecordHead(
  event: Omit<EventRecord, 'lineStart' | 'lineEnd'>,
  line: Buffer,
): Buffer {
  const mark = event.mark === undefined ? undefined : encodeMark(event.mark);
  const markBytes = mark === undefined ? 0 : 2 + mark.length;
  const headBytes = EVENT_HEAD_BYTES + markBytes;
  const head = Buffer.allocUnsafe(FRAME_BYTES + headBytes);
  head.writeUInt32LE(headBytes + line.length, 0);
  head.writeUInt8(KINDS[mark === undefined ? event.kind : 'marked'], 8);
  head.writeUIntLE(event.boot, 9, 6);
  head.writeUIntLE(event.seq, 15, 6);
  event.digests.attributes.copy(head, 21);
  event.digests.data.copy(head, 53);
  if (mark !== undefined) {
    invariant(event.kind === 'event', 'only an event that was read has a mark');
    head.writeUInt16LE(mark.length, FRAME_BYTES + EVENT_HEAD_BYTES);
    mark.copy(head, FRAME_BYTES + EVENT_HEAD_BYTES + 2);
  }
  head.writeUInt32LE(crc32(line, crc32(head.subarray(FRAME_BYTES))), 4);
  return head;
}

function jsonRecord(kind: 'header' | 'mark', json: Buffer): Buffer {
  const payload = Buffer.concat([Buffer.from([KINDS[kind]]), json]);
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([frame, payload]);
}

export const headerRecord = (header: SegmentHeader): Buffer =>
  jsonRecord('header', Buffer.from(JSON.stringify(header)));

/** A mark without an event: what was read was none. */
export const markRecord = (mark: InputMark): Buffer => jsonRecord('mark', encodeMark(mark));

/** What a segment holds: its whole records and how many bytes they take. */
export interface SegmentContent {
  readonly records: readonly SegmentRecord[];
  /** Less than the file's length: the rest is a torn tail and MUST be cut off. */
  readonly goodBytes: number;
}

export function readSegment(file: Buffer): SegmentContent {
  const records: SegmentRecord[] = [];
  let at = 0;
  while (at + FRAME_BYTES < file.length) {
    const length = file.readUInt32LE(at);
    const start = at + FRAME_BYTES;
    const end = start + length;
    if (length === 0 || length > PAYLOAD_BYTES_MAX || end > file.length) break;
    if (crc32(file.subarray(start, end)) !== file.readUInt32LE(at + 4)) break;
    const record = readPayload(file, start, end);
    if (record === undefined) break;
    records.push(record);
    at = end;
  }
  return { records, goodBytes: at };
}

function readPayload(file: Buffer, start: number, end: number): SegmentRecord | undefined {
  const kind = file[start];
  const json = (from: number, to: number): unknown => JSON.parse(file.toString('utf8', from, to));
  if (kind === KINDS.header) {
    return { kind: 'header', header: json(start + 1, end) as SegmentHeader };
  }
  if (kind === KINDS.mark) return { kind: 'mark', mark: json(start + 1, end) as InputMark };
  const isMarked = kind === KINDS.marked;
  const name = kind === KINDS.seal ? 'seal' : kind === KINDS.void ? 'void' : 'event';
  if ((kind !== KINDS[name] && !isMarked) || end - start < EVENT_HEAD_BYTES) return undefined;
  const markStart = start + EVENT_HEAD_BYTES + 2;
  const markEnd = isMarked ? markStart + file.readUInt16LE(markStart - 2) : markStart - 2;
  return {
    kind: name,
    boot: file.readUIntLE(start + 1, 6),
    seq: file.readUIntLE(start + 7, 6),
    digests: {
      attributes: Buffer.from(file.subarray(start + 13, start + 45)),
      data: Buffer.from(file.subarray(start + 45, start + 77)),
    },
    ...(isMarked ? { mark: json(markStart, markEnd) as InputMark } : {}),
    lineStart: markEnd,
    lineEnd: end,
  };
}
