import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type QueuedRecord, recordBytes, RecordQueue } from './record-queue.js';

const limits = { partitionBytes: 1000, partitionRecords: 5, requestBytes: 2500 };

const entries = fc.array(
  fc.record({ partition: fc.nat(3), size: fc.integer({ min: 1, max: 1500 }), drop: fc.boolean() }),
  { maxLength: 80 },
);

function fill(items: readonly { partition: number; size: number; drop: boolean }[]) {
  const queue = new RecordQueue<boolean>(limits);
  items.forEach(({ partition, size, drop }, index) => {
    const record = { topic: 't', partition, key: null, value: null };
    queue.push({ record, bytes: size, ticket: drop, index });
  });
  return queue;
}

function drain(queue: RecordQueue<boolean>): QueuedRecord<boolean>[][] {
  const requests: QueuedRecord<boolean>[][] = [];
  while (queue.length > 0) requests.push(queue.take(({ ticket }) => ticket));
  return requests;
}

describe('RecordQueue', () => {
  it('sends every record once, in the order of its partition, the dropped ones never', () => {
    fc.assert(
      fc.property(entries, (items) => {
        const sent = drain(fill(items)).flat();
        for (const partition of [0, 1, 2, 3]) {
          const wanted = items.flatMap((item, index) =>
            item.partition === partition && !item.drop ? [index] : [],
          );
          const found = sent.filter(({ record }) => record.partition === partition);
          expect(found.map(({ index }) => index)).toEqual(wanted);
        }
      }),
    );
  });

  it('keeps every request within its limits, but for a lone larger record', () => {
    fc.assert(
      fc.property(entries, (items) => {
        for (const request of drain(fill(items))) {
          for (const partition of [0, 1, 2, 3]) {
            const part = request.filter(({ record }) => record.partition === partition);
            const bytes = part.reduce((sum, entry) => sum + entry.bytes, 0);
            expect(part.length).toBeLessThanOrEqual(limits.partitionRecords);
            expect(part.length <= 1 || bytes <= limits.partitionBytes).toBe(true);
          }
        }
      }),
    );
  });

  it('counts what waits', () => {
    fc.assert(
      fc.property(entries, (items) => {
        const queue = fill(items);
        expect(queue.bytes).toBe(items.reduce((sum, { size }) => sum + size, 0));
        drain(queue);
        expect([queue.bytes, queue.length]).toEqual([0, 0]);
      }),
    );
  });
});

describe('recordBytes', () => {
  it('never says less than the key, value and headers have', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), fc.string(), (key, bytes, header) => {
        const value = Buffer.from(bytes);
        const record = {
          topic: 't',
          partition: 0,
          key,
          value,
          headers: { h: Buffer.from(header) },
        };
        const least = Buffer.byteLength(key) + value.length + Buffer.byteLength(header) + 1;
        expect(recordBytes(record)).toBeGreaterThan(least);
      }),
    );
  });
});
