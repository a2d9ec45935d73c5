import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SALT_BYTES, commitmentOf } from '#contracts';
import { type Pool, createPool, migrate } from '#database';
import { conceal, createEncryptionKey, encryptTo } from '#edge';
import { type TestStack, testStack } from '#local';
import { openFields } from './disclose.js';
import { erase } from './erase.js';

const site = createEncryptionKey();
const [VISIT, OTHER] = ['north.visit-1', 'north.visit-2'];
let stack: TestStack;
let pool: Pool;
let seq = 0;

/** As the ledger stores them. */
async function store(openings: ReturnType<typeof conceal>['recorded']): Promise<void> {
  seq += 1;
  for (const [place, { field, commitment, jwe }] of openings.openings.entries()) {
    await pool.query(
      `INSERT INTO opening (site_id, source, boot, seq, place, about, field, commitment, jwe)
       VALUES ('north', 'north.gate', 1, $1, $2, $3, $4, $5, $6)`,
      [seq, place, openings.about, field, commitment, jwe],
    );
  }
}

const open = (about: string, ...fields: readonly string[]): ReturnType<typeof openFields> =>
  openFields(pool, { about, fields }, site.private);

beforeAll(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  pool = createPool({
    databaseUrl: stack.databaseUrl,
    applicationName: 'spec',
    onIdleError: () => undefined,
  });
  await store(conceal(VISIT, { plate: 'DU-AB 1234', price: '1.00 EUR' }, site.public).recorded);
  await store(conceal(OTHER, { plate: 'DU-XY 1' }, site.public).recorded);
}, 60_000);

afterAll(async () => {
  await pool.end();
  await stack.close();
});

describe('openings', () => {
  it('are deleted or altered by nobody who is not the eraser, the owner included', async () => {
    const refused = /use urbanmine confidential erase/;
    await expect(pool.query('DELETE FROM opening')).rejects.toThrow(refused);
    await expect(pool.query(`UPDATE opening SET jwe = ''`)).rejects.toThrow(refused);
    await expect(pool.query('TRUNCATE opening')).rejects.toThrow(refused);
    for (const role of ['ingest', 'reader', 'signer']) {
      const { rows } = await pool.query<{ may: boolean }>(
        `SELECT has_table_privilege($1, 'opening', 'DELETE') AS may`,
        [role],
      );
      expect(rows).toEqual([{ may: false }]);
    }
  });

  it('are erased one field, or all about an id, and that stays on record', async () => {
    expect(await open(VISIT, 'plate', 'price')).toMatchObject([
      { field: 'plate', value: 'DU-AB 1234' },
      { field: 'price', value: '1.00 EUR' },
    ]);
    const by = { actor: 'dpo', reason: 'request of 2026-11-24' };
    expect(await erase(pool, { about: VISIT, field: 'plate', ...by })).toMatchObject([
      { siteId: 'north', about: VISIT, field: 'plate' },
    ]);
    await expect(open(VISIT, 'plate')).rejects.toThrow('it was erased, or never recorded');
    expect(await open(VISIT, 'price')).toHaveLength(1);
    expect(await erase(pool, { about: VISIT, field: null, ...by })).toHaveLength(1);
    expect(await erase(pool, { about: VISIT, field: null, ...by })).toEqual([]);
    expect(await open(OTHER, 'plate')).toHaveLength(1);
    const { rows } = await pool.query(
      'SELECT about, field, actor FROM erasure ORDER BY erasure_id',
    );
    expect(rows).toEqual([
      { about: VISIT, field: 'plate', actor: 'dpo' },
      { about: VISIT, field: 'price', actor: 'dpo' },
    ]);
    await expect(pool.query('DELETE FROM erasure')).rejects.toThrow('stays');
  });

  it('are not disclosed when a salt was used twice, or an opening was altered', async () => {
    const salt = randomBytes(SALT_BYTES).toString('base64url');
    const openingOf = (field: string, value: string, committed = value) => ({
      field,
      commitment: commitmentOf({ salt, value: committed }),
      jwe: encryptTo(site.public, Buffer.from(JSON.stringify({ salt, value }))),
    });
    await store({
      about: 'north.lot-1',
      openings: [openingOf('price', '1'), openingOf('plate', '2')],
    });
    await expect(open('north.lot-1', 'price')).rejects.toThrow(
      'price: its salt is that of plate of north.lot-1 too',
    );
    await store({ about: 'north.lot-2', openings: [openingOf('price', '3', '4')] });
    await expect(open(OTHER, 'plate')).rejects.toThrow(
      'price of north.lot-2: salt or value is not what was committed to',
    );
  });
});
