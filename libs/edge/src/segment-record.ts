import { crc32 } from 'node:zlib';
import type { EventDigests } from '#contracts';

/**
 * Records of a segment file: u32 length and u32 CRC-32 of the payload, both little-endian, then the
 * payload. A record is whole or it is not there: what a power cut tore ends the file.
 */
const FRAME_BYTES = 8;
/** No payload is longer; a larger length is a torn one. */
const PAYLOAD_BYTES_MAX = 131_072;
/** Payload of an event: u8 kind, u48 boot, u48 seq, two SHA-256, then the line. */
const EVENT_HEAD_BYTES = 1 + 6 + 6 + 64;

const KINDS = { header: 1, event: 2, seal: 3, void: 4 } as const;

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
}

export interface EventRecord {
  readonly kind: 'event' | 'seal' | 'void';
  readonly boot: number;
  readonly seq: number;
  /** Of the event as it was first made; a void keeps those of the event it replaces. */
  readonly digests: EventDigests;
  /** Where the structured line stands in the file. */
  readonly lineStart: number;
  readonly lineEnd: number;
}

export type SegmentRecord =
  { readonly kind: 'header'; readonly header: SegmentHeader } | EventRecord;

/** Head of an event's record; the file gets it and then the line. */
export function eventRecordHead(
  event: Pick<EventRecord, 'kind' | 'boot' | 'seq' | 'digests'>,
  line: Buffer,
): Buffer {
  const head = Buffer.allocUnsafe(FRAME_BYTES + EVENT_HEAD_BYTES);
  head.writeUInt32LE(EVENT_HEAD_BYTES + line.length, 0);
  head.writeUInt8(KINDS[event.kind], 8);
  head.writeUIntLE(event.boot, 9, 6);
  head.writeUIntLE(event.seq, 15, 6);
  event.digests.attributes.copy(head, 21);
  event.digests.data.copy(head, 53);
  head.writeUInt32LE(crc32(line, crc32(head.subarray(FRAME_BYTES))), 4);
  return head;
}

export function headerRecord(header: SegmentHeader): Buffer {
  const payload = Buffer.concat([Buffer.from([KINDS.header]), Buffer.from(JSON.stringify(header))]);
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([frame, payload]);
}

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
  if (kind === KINDS.header) {
    const header = JSON.parse(file.toString('utf8', start + 1, end)) as SegmentHeader;
    return { kind: 'header', header };
  }
  const name = kind === KINDS.event ? 'event' : kind === KINDS.seal ? 'seal' : 'void';
  if (kind !== KINDS[name] || end - start < EVENT_HEAD_BYTES) return undefined;
  return {
    kind: name,
    boot: file.readUIntLE(start + 1, 6),
    seq: file.readUIntLE(start + 7, 6),
    digests: {
      attributes: Buffer.from(file.subarray(start + 13, start + 45)),
      data: Buffer.from(file.subarray(start + 45, start + 77)),
    },
    lineStart: start + EVENT_HEAD_BYTES,
    lineEnd: end,
  };
}
