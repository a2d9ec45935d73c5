import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { recordsOf } from '../../apps/ledger/src/spec-stream.js';
import { readBroken } from '../../apps/ledger/src/check-invariants/invariants.store.js';
import { openFields } from '../../apps/cli/src/confidential/disclose.js';
import { erase } from '../../apps/cli/src/confidential/erase.js';
import { BOOK_CASES, STATE_ALTERATIONS } from './book-cases.js';
import { CONFIDENTIAL_CASES } from './confidential-cases.js';
import { FEED_CASES } from './feed-cases.js';
import { VISITS, siteKey } from './confidential-visits.js';
import { BROKEN } from './broken-books.js';
import { FilledSite } from './filled-site.js';
import { LOG_CASES } from './log-cases.js';
import { rowOf } from './tamper-case.js';

const CASES = [...LOG_CASES, ...CONFIDENTIAL_CASES, ...BOOK_CASES, ...FEED_CASES];
const TABLE = new URL('../../docs/tampering.md', import.meta.url);

let site: FilledSite;
beforeAll(async () => {
  site = await FilledSite.fill();
}, 120_000);
afterEach(() => site.closeCopies());
afterAll(() => site.close());

describe('a site that nobody tampered with', () => {
  it('is clean, its database too', async () => {
    const copy = await site.copy();
    const report = await copy.report({ kept: true, database: true });
    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('clean');
    expect(report.counts['databaseRowsCompared']).toBeGreaterThan(600);
    expect(report.cannotSee.join()).not.toContain('--database');
  });

  it('goes on clean, with what is not signed yet', async () => {
    const copy = await site.copy();
    const records = recordsOf([...site.said, ...site.next]);
    const ledger = copy.ledger('kept');
    const from = await ledger.claim(records.length);
    await ledger.book(records.slice(from));
    const report = await copy.report({ database: true });
    expect(report.findings).toEqual([]);
    expect(report.counts['entries']).toBeGreaterThan(report.log!.size);
  });
});

describe('a site of which openings were erased', () => {
  it('is as clean as before, seals and database, and says no more what it must not', async () => {
    const copy = await site.copy();
    const by = { actor: 'dpo', reason: 'request of a supplier' };
    const [gone, stays] = VISITS;
    expect(await erase(copy.pool, { about: gone, field: null, ...by })).toHaveLength(2);
    const report = await copy.report({ kept: true, database: true });
    expect(report.findings).toEqual([]);
    expect(report.verdict).toBe('clean');
    const untouched = await (await site.copy()).report();
    expect(report.seals).toEqual(untouched.seals);
    expect(report.seals).toHaveProperty(['north.gate']);
    const open = (about: string): ReturnType<typeof openFields> =>
      openFields(copy.pool, { about, fields: ['price'] }, siteKey.private);
    await expect(open(gone)).rejects.toThrow('it was erased, or never recorded');
    expect(await open(stays)).toMatchObject([{ field: 'price', value: '1.00 EUR' }]);
  });
});

describe('a log that adopts another key', () => {
  it('is signed on by it, and an audit follows from either key', async () => {
    const copy = await site.copy();
    const records = recordsOf([...site.said, ...site.rotation, ...site.next]);
    const at = site.said.length + site.rotation.length;
    const before = copy.ledger('kept');
    await before.follow(records.slice(0, at));
    expect(await before.sign()).toBeNull();
    const after = copy.ledger('kept', site.otherKeys);
    await after.follow(records);
    expect(await after.sign()).toBeNull();
    expect(await copy.audit({ kept: true })).toEqual([]);
    site.vkey = site.otherKeys.vkeys('north').log;
    expect(await copy.audit({ kept: true, database: true })).toEqual([]);
    site.vkey = site.keys.vkeys('north').log;
    const back = copy.ledger('kept');
    await back.follow(records);
    expect(await back.sign()).toBe('key-changed');
  });
});

describe('states, facts and exceptions beside the log', () => {
  it('are each found out when they were altered', async () => {
    const copy = await site.copy();
    for (const [, statement] of STATE_ALTERATIONS) {
      expect([statement, (await copy.pool.query(statement)).rowCount]).not.toContain(0);
    }
    const { findings } = await copy.report({ database: true });
    for (const [finding] of STATE_ALTERATIONS) {
      expect(findings).toContainEqual(
        expect.objectContaining({ what: expect.stringMatching(finding) }),
      );
    }
  });
});

describe('the look that a running ledger takes at its books', () => {
  it('finds nothing in books that nobody touched, and each thing done around the ledger', async () => {
    const copy = await site.copy();
    const client = await copy.pool.connect();
    try {
      expect(await readBroken(client, [0])).toEqual([]);
      for (const [invariant, statement, told] of BROKEN) {
        await client.query('BEGIN');
        expect([statement, (await client.query(statement)).rowCount]).not.toContain(0);
        const what: unknown = expect.stringMatching(told);
        const broken = await readBroken(client, [0]);
        expect(broken).toContainEqual({ invariant, siteId: 'north', what });
        // They are another ledger's to look at.
        expect(await readBroken(client, [1])).toEqual([]);
        await client.query('ROLLBACK');
      }
    } finally {
      client.release(true);
    }
  });
});

describe('a class of tampering', () => {
  it.each(CASES.map((one) => [one.number, one.what, one] as const))(
    '%i is found: %s',
    async (_number, _what, { named, found }) => {
      expect(await found(site)).toEqual(expect.arrayContaining([...named]));
    },
  );

  it('has its row in the table of the documentation, and none is there without a case', () => {
    const plain = (line: string): string => line.replaceAll(/\s+/g, ' ').trim();
    const rows = readFileSync(TABLE, 'utf8')
      .split('\n')
      .filter((line) => /^\| +\d/.test(line))
      .map(plain);
    expect(rows).toEqual(CASES.map(rowOf).map(plain));
  });
});
