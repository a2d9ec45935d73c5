import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventRecordHead, headerRecord, readSegment } from './segment-record.js';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

const event = fc.record({
  kind: fc.constantFrom('event' as const, 'seal' as const, 'void' as const),
  boot: fc.integer({ min: 1, max: 4_000_000_000 }),
  seq: fc.integer({ min: 1, max: 2 ** 47 }),
  digests: fc.record({ attributes: digest, data: digest }),
  line: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

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
    Buffer.concat([eventRecordHead(made, made.line), made.line]),
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
        const read = records.flatMap((record) =>
          record.kind === 'header'
            ? []
            : [
                {
                  kind: record.kind,
                  boot: record.boot,
                  seq: record.seq,
                  digests: record.digests,
                  line: Buffer.from(file.subarray(record.lineStart, record.lineEnd)),
                },
              ],
        );
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
