import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeEncoderFrugal } from './frugal-encoder.js';

interface Encoded {
  readonly buffer: Buffer;
}

const require = createRequire(import.meta.url);
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (
  record: object,
) => Encoded;
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch: (batch: object) => Promise<Encoded>;
};

const bytes = fc.uint8Array({ maxLength: 5_000 }).map((array) => Buffer.from(array));
const record = fc.record({
  offsetDelta: fc.nat(100_000),
  timestampDelta: fc.nat(2 ** 31 - 1),
  key: fc.oneof(fc.string(), bytes, fc.constant(null)),
  value: fc.oneof(bytes, fc.constant(null)),
  headers: fc.dictionary(
    fc.string({ minLength: 1 }),
    fc.oneof(fc.string({ maxLength: 300 }), bytes),
    { maxKeys: 12 },
  ),
});

const encode = async (records: readonly object[]): Promise<string> => {
  const times = { firstTimestamp: 1, maxTimestamp: 2, lastOffsetDelta: records.length };
  const batch = await RecordBatch({ ...times, records: records.map(encodeRecord) });
  return batch.buffer.toString('hex');
};

it('writes the same bytes as the encoder that it replaces', async () => {
  const samples = fc.sample(fc.array(record, { minLength: 1, maxLength: 20 }), 100);
  const before = await Promise.all(samples.map(encode));
  makeEncoderFrugal();
  expect(await Promise.all(samples.map(encode))).toEqual(before);
});
