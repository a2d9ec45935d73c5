import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventRecordHead, headerRecord, markRecord, readSegment } from './segment-record.js';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

const mark = fc.record({
  input: fc.string({ maxLength: 20 }),
  value: fc.string({ maxLength: 60 }),
});

const eventFields = {
  boot: fc.integer({ min: 1, max: 4_000_000_000 }),
  seq: fc.integer({ min: 1, max: 2 ** 47 }),
  digests: fc.record({ attributes: digest, data: digest }),
  line: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
};

const event = fc.oneof(
  fc.record({
    kind: fc.constantFrom('event' as const, 'seal' as const, 'void' as const),
    ...eventFields,
  }),
  fc.record({ kind: fc.constant('event' as const), ...eventFields, mark }),
  fc.record({ kind: fc.constant('mark' as const), mark }),
);

const segment = fc.array(event, { maxLength: 8 }).map((events) => {
  const header = headerRecord({
    format: 'urbanmine/spool/v1',
    source: 'north.gate',
    boot: 7,
    lastSeq: 0,
    digest: '00',
    sealedThrough: 0,
    sealedDigest: '00',
    hasUnsealed: false,
  });
  const records = events.map((made) =>
    made.kind === 'mark'
      ? markRecord(made.mark)
      : Buffer.concat([eventRecordHead(made, made.line), made.line]),
  );
  return { events, records: [header, ...records], file: Buffer.concat([header, ...records]) };
});

const wholeRecords = (records: readonly Buffer[], bytes: number): number => {
  let end = 0;
  return records.filter((record) => (end += record.length) <= bytes).length;
};

describe('A segment file', () => {
  it('gives back every record as it was written', () => {
    fc.assert(
      fc.property(segment, ({ events, file }) => {
        const { records, goodBytes } = readSegment(file);
        expect(goodBytes).toBe(file.length);
        const read = records.slice(1).map((record) => {
          if (record.kind === 'header' || record.kind === 'mark') return record;
          const { lineStart, lineEnd, ...fields } = record;
          return { ...fields, line: Buffer.from(file.subarray(lineStart, lineEnd)) };
        });
        expect(read).toEqual(events);
      }),
    );
  });

  it('cut anywhere holds exactly the records before the cut', () => {
    fc.assert(
      fc.property(segment, fc.nat(), ({ records, file }, cut) => {
        const bytes = cut % (file.length + 1);
        const read = readSegment(file.subarray(0, bytes));
        expect(read.records).toHaveLength(wholeRecords(records, bytes));
      }),
    );
  });

  it('with a flipped bit ends before the record that holds it', () => {
    fc.assert(
      fc.property(segment, fc.nat(), fc.nat(7), ({ records, file }, place, bit) => {
        const at = place % file.length;
        const damaged = Buffer.from(file);
        damaged[at]! ^= 1 << bit;
        expect(readSegment(damaged).records).toHaveLength(wholeRecords(records, at));
      }),
    );
  });
});
