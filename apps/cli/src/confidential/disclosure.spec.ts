import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS, decodeEntry } from '#contracts';
import { conceal, createEncryptionKey, reveal } from '#edge';
import { ed25519Verifier, parseVkey } from '#tlog';
import { auditLog } from '../audit/audit-log.js';
import { DirectorySource } from '../audit/log-source.js';
import { LOG_VKEY, type SpecLog, makeLog, writeLog } from '../audit/spec-log.js';
import { SITE } from '../audit/spec-station.js';
import { type OpenedField, discloseFields } from './disclose.js';
import { type Disclosure, checkDisclosure, disclosureSchema } from './disclosure.js';

const VISIT = `${SITE}.visit-secret`;
const site = createEncryptionKey();
const values = { plate: 'DU-AB 1234', supplier: 'Hof GmbH', price: '231.50 EUR' };
const { commitments, recorded } = conceal(VISIT, values, site.public);

let directory: string;
let made: SpecLog;

const opened = (...fields: readonly string[]): OpenedField[] =>
  recorded.openings
    .filter(({ field }) => fields.includes(field))
    .map((one) => ({ ...one, ...reveal(one, site.private) }));

const check = (disclosure: unknown): ReturnType<typeof checkDisclosure> =>
  checkDisclosure(
    disclosureSchema.parse(JSON.parse(JSON.stringify(disclosure))),
    parseVkey(LOG_VKEY).name,
    [ed25519Verifier(LOG_VKEY)],
  );

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'urbanmine-disclosure-'));
  made = makeLog({ runs: 1, frames: 3, pieces: 2 }, ({ gate }) => [
    gate.say('vehicleArrived', VISIT, { visitId: VISIT, direction: 'inbound', commitments }),
    gate.say('confidentialRecorded', VISIT, recorded),
    gate.seal(),
  ]);
  await writeLog(directory, made);
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

describe('a log of confidential values', () => {
  it('holds no opening, so nothing in it is there to be erased, and audits whole', async () => {
    const kept = made.entries.filter((entry) => entry.includes(EVENTS.confidentialKept.type));
    expect(kept).toHaveLength(1);
    expect(Object.keys(decodeEntry(kept[0]!).body as object)).toEqual([
      'attributesSha256',
      'dataSha256',
    ]);
    for (const entry of made.entries) {
      for (const { jwe } of recorded.openings) expect(entry.includes(jwe)).toBe(false);
      expect(entry.includes('DU-AB')).toBe(false);
    }
    const report = await auditLog(new DirectorySource(directory), { vkey: LOG_VKEY, known: [] });
    expect(report.findingsByClass).toEqual({});
    expect(report.verdict).toBe('clean');
  });
});

describe('a disclosure', () => {
  let disclosure: Disclosure;

  beforeAll(async () => {
    disclosure = await discloseFields(new DirectorySource(directory), opened('plate'));
  });

  it('proves the fields it shows, and shows no other', () => {
    expect(check(disclosure)).toEqual({
      kind: 'proven',
      type: EVENTS.vehicleArrived.type,
      subject: VISIT,
      size: made.entries.length,
      fields: [{ field: 'plate', value: 'DU-AB 1234' }],
      hidden: ['supplier', 'price'],
    });
    expect(JSON.stringify(disclosure)).not.toContain('Hof');
  });

  it('is refused with an altered value, an altered salt, another field or another entry', () => {
    const [shown] = disclosure.disclosed;
    const altered = (change: object): unknown => ({
      ...disclosure,
      disclosed: [{ ...shown, ...change }],
    });
    const other = made.entries[disclosure.index - 1]!.toString('base64');
    for (const [forged, why] of [
      [altered({ value: 'DU-AB 1235' }), 'plate: salt or value is not what was committed to'],
      [altered({ salt: 'A'.repeat(22) }), 'plate: salt or value is not what was committed to'],
      [altered({ field: 'price' }), 'price: salt or value is not what was committed to'],
      [altered({ field: 'colour' }), 'colour: the entry does not commit to it'],
      [{ ...disclosure, entry: other }, 'the entry is not in the log at that index'],
      [{ ...disclosure, index: disclosure.index - 1 }, 'the entry is not in the log at that index'],
    ] as const) {
      expect(check(forged)).toEqual({ kind: 'refused', why });
    }
    const unsigned = disclosure.checkpoint.replace(/\n\d+\n/, '\n9999\n');
    expect(check({ ...disclosure, checkpoint: unsigned })).toMatchObject({ kind: 'refused' });
  });
});
