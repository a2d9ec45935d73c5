import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PoisonError } from '#contracts';
import { deadLetter } from './dead-letters.js';
import type { PlacedRecord } from './record.js';

const record: PlacedRecord = {
  topic: 'urbanmine.station-events.v1',
  partition: 2,
  offset: 41n,
  timestamp: 0,
  key: Buffer.from('site'),
  value: Buffer.from('{'),
  headers: { ce_type: Buffer.from('urbanmine.weighing.recorded.v1') },
};

describe('deadLetter', () => {
  it('keeps the bytes as found and says where they stood and why they were refused', () => {
    const error = new PoisonError('not JSON: {', 'data-not-json');
    const letter = deadLetter('d', 'classifier', record, error);
    expect(letter).toMatchObject({
      topic: 'd',
      partition: 0,
      key: record.key,
      value: record.value,
    });
    expect(letter.headers).toMatchObject({
      ce_type: record.headers['ce_type'],
      reason: 'data-not-json',
      detail: 'not JSON: {',
      'origin-topic': 'urbanmine.station-events.v1',
      'origin-partition': '2',
      'origin-offset': '41',
      'rejected-by': 'classifier',
      sha256: createHash('sha256').update('{').digest('hex'),
    });
  });

  it('keeps only the digest of confidential bytes', () => {
    const headers = { ce_type: Buffer.from('urbanmine.confidential.recorded.v1') };
    const error = new PoisonError('x', 'data-invalid');
    const letter = deadLetter('d', 'ledger', { ...record, headers }, error);
    expect(letter.value).toBeNull();
    expect(letter.headers?.['detail']).toBeUndefined();
    expect(letter.headers?.['sha256']).toBe(createHash('sha256').update('{').digest('hex'));
  });

  it('shortens what no request could carry and keeps the digest of all of it', () => {
    const value = Buffer.alloc(900_000, 1);
    const headers = {
      ce_id: Buffer.from('1.1'),
      reason: Buffer.from('forged'),
      huge: Buffer.alloc(140_000),
    };
    const error = new PoisonError('x', 'too-large');
    const letter = deadLetter('d', 'classifier', { ...record, value, headers }, error);
    expect(letter.value).toHaveLength(500_000);
    expect(letter.headers).not.toHaveProperty('huge');
    expect(letter.headers).toMatchObject({
      ce_id: Buffer.from('1.1'),
      reason: 'too-large',
      sha256: createHash('sha256').update(value).digest('hex'),
    });
  });
});
