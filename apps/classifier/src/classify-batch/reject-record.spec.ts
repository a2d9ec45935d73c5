import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import {
  EVENTS,
  PoisonError,
  attributeBlock,
  decodeBody,
  decodeHeaders,
  parseJson,
  sha256,
} from '#contracts';
import type { PlacedRecord } from '#kafka';
import { rejectRecord } from './reject-record.js';
import { attributesOf, recordOf } from './spec-records.js';

const TOPIC = 'urbanmine.classified-events.v1';
const error = new PoisonError('what was wrong', 'data-invalid');
const scanned = { ...attributesOf(7, 'pieces.scanned'), dataschema: 'x', actor: 'a' };

const GARBAGE: PlacedRecord = {
  ...recordOf(scanned, 'garbage'),
  headers: { ce_id: Buffer.from('1.1') },
};

describe('rejectRecord', () => {
  it('fills the slot of a record whose headers can be read', () => {
    const raw = recordOf(scanned, 'garbage');
    const { headers, ...rest } = rejectRecord(raw, error, TOPIC);
    const { dataschema, actor, ...kept } = scanned;
    expect([dataschema, actor]).toEqual(['x', 'a']);
    expect(decodeHeaders(headers!)).toEqual({ ...kept, type: EVENTS.recordRejected.type });
    expect(headers).toHaveProperty('ingesttime', '1764000000500');
    expect(rest).toMatchObject({ topic: TOPIC, partition: 2, key: 'north' });
    expect(decodeBody(EVENTS.recordRejected.type, parseJson(rest.value!)).data).toEqual({
      topic: raw.topic,
      partition: 2,
      offset: '41',
      rawSha256: sha256(Buffer.from('garbage')).toString('hex'),
      reason: 'data-invalid',
      attributesSha256: sha256(attributeBlock(scanned)).toString('hex'),
    });
  });

  it('speaks for the classifier of the site that the key names, by the place', () => {
    const { headers, key, value } = rejectRecord(GARBAGE, error, TOPIC);
    expect(decodeHeaders(headers!)).toEqual({
      source: 'north/classifier',
      boot: 0,
      seq: 42,
      type: EVENTS.recordRejected.type,
      time: new Date(1_764_000_000_500).toISOString(),
      subject: 'north/classifier',
      siteid: 'north',
    });
    expect(key).toBe('north');
    expect(parseJson(value!)).not.toHaveProperty('attributesSha256');
  });

  it('goes to the unattributed log of the partition when no site can be read', () => {
    for (const key of [null, Buffer.from('No Site!')]) {
      const { headers, key: own } = rejectRecord({ ...GARBAGE, key, value: null }, error, TOPIC);
      expect(own).toBe('unattributed-2');
      expect(decodeHeaders(headers!)).toMatchObject({
        source: 'unattributed-2/classifier',
        subject: 'unattributed-2/classifier',
        siteid: 'unattributed-2',
      });
    }
  });

  it('does not fill a slot that no station can have', () => {
    const forged = recordOf({ ...scanned, boot: 0 }, 'garbage');
    expect(decodeHeaders(rejectRecord(forged, error, TOPIC).headers!).source).toBe(
      'north/classifier',
    );
  });

  it('gives the same bytes every time', () => {
    expect(rejectRecord(GARBAGE, error, TOPIC)).toEqual(rejectRecord(GARBAGE, error, TOPIC));
  });
});
