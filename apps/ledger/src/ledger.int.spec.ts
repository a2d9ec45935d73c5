import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeChunk } from '#database';
import {
  appendSignatures,
  cosignatureVerifier,
  ed25519Verifier,
  leafHash,
  openCheckpoint,
  rootOf,
  verifyCosignature,
} from '#tlog';
import { SITE } from '../../../test/arbitraries/site-stream.js';
import { eventually } from '../../../test/eventually.js';
import { FAILPOINTS } from './failpoint.js';
import { SignerKeys } from './sign-checkpoint/signer-keys.js';
import { SpecWitness } from './sign-checkpoint/spec-witness.js';
import type { LedgerProcess } from './spec-process.js';
import { snapshot } from './spec-snapshot.js';
import { scrapDay } from './spec-stream.js';
import { ORIGIN, Yard, readTopic } from './spec-yard.js';

let yard: Yard;
beforeEach(async () => {
  yard = await Yard.open();
});
afterEach(async () => {
  await yard.close();
});

const day = scrapDay({ frames: 60, pieces: 20, closes: true });

describe('a ledger process', () => {
  it('ends the same after a kill at any line as one that was never killed', async () => {
    const calm = await Yard.open();
    try {
      const ledger = calm.start();
      await calm.write(day);
      await calm.settled();
      expect(await ledger.stop()).toBe(0);

      const share = Math.ceil(day.length / FAILPOINTS.length);
      for (const [index, failpoint] of FAILPOINTS.entries()) {
        const killed = yard.start({ FAILPOINT: failpoint });
        await yard.write(day.slice(index * share, (index + 1) * share));
        expect([failpoint, await killed.exited]).toEqual([failpoint, 'SIGKILL']);
      }
      const last = yard.start();
      await yard.settled();
      expect(await last.stop()).toBe(0);
      expect(await snapshot(yard.pool)).toEqual(await snapshot(calm.pool));

      const told = await readTopic(yard, 'custodyEvents');
      const { rows } = await yard.pool.query<{ data: Buffer }>(
        'SELECT data FROM fact ORDER BY seq',
      );
      const distinct = [...new Map(told.map((value) => [value.toString(), value])).values()];
      expect(distinct.map(String)).toEqual(rows.map(({ data }) => String(data)));
    } finally {
      await calm.close();
    }
  }, 90_000);

  it('signs checkpoints that a stranger verifies, and says what it did', async () => {
    const ledger = yard.start();
    await yard.write(day.slice(0, 20));
    await yard.settled();
    await yard.write(day.slice(20));
    await yard.settled();
    const keys = await yard.pool.query<{ kind: string; vkey: string }>('SELECT * FROM log_key');
    const vkey = (kind: string): string => keys.rows.find((row) => row.kind === kind)!.vkey;
    const verifiers = [ed25519Verifier(vkey('log')), cosignatureVerifier(vkey('time'))];
    const chunks = await yard.pool.query<{ codec: string; body: Buffer }>(
      'SELECT codec, body FROM chunk ORDER BY first_index',
    );
    const hashes = chunks.rows.flatMap(({ codec, body }) => decodeChunk(codec, body)).map(leafHash);
    const notes = await readTopic(yard, 'checkpoints');
    expect(notes.length).toBeGreaterThan(1);
    for (const note of notes) {
      const { size, root } = openCheckpoint(note, `${ORIGIN}/${SITE}`, verifiers);
      expect(Buffer.from(root)).toEqual(Buffer.from(rootOf(hashes.slice(0, size))));
      expect(Math.abs(verifyCosignature(note, vkey('time')) - Date.now() / 1000)).toBeLessThan(60);
    }
    const totals = await readTopic(yard, 'totals');
    expect(totals.map((value) => JSON.parse(value.toString()) as object)).toContainEqual(
      expect.objectContaining({ siteId: SITE, stream: 'steel' }),
    );
    expect((await ledger.readiness())?.text).toContain('"ready":true');
    const metrics = await ledger.metrics();
    expect(metrics).toContain('urbanmine_ledger_records_total{outcome="duplicate"} 1');
    expect(metrics).toContain('urbanmine_ledger_checkpoint_age_seconds 0');
    expect(metrics).toMatch(/^urbanmine_ledger_delivery_seconds_count [1-9]/m);
    expect(metrics).toMatch(/^urbanmine_ledger_disk_free_bytes [1-9]/m);
    expect(statSync(join(yard.dataDir, 'log-key.json')).mode & 0o777).toBe(0o600);
    expect(await ledger.stop()).toBe(0);
  }, 30_000);

  it('has its checkpoints cosigned, and signs on when a witness is away', async () => {
    const ledgerOf = (witnesses: readonly object[]): LedgerProcess => {
      const file = join(yard.dataDir, 'witnesses.json');
      writeFileSync(file, JSON.stringify({ quorum: 1, witnesses }));
      return yard.start({ WITNESSES_FILE: file });
    };
    const origin = `${ORIGIN}/${SITE}`;
    // Signing keys are made on the first start; a witness must know them.
    await yard.start().stop();
    const keys = new SignerKeys(join(yard.dataDir, 'log-key.json'), ORIGIN);
    const logs = new Map([[origin, ed25519Verifier(keys.vkeys(SITE).log)]]);
    const seed = new Uint8Array(32).fill(3);
    const witness = new SpecWitness('w1.example', seed, join(yard.dataDir, 'w1.json'), logs);
    const away = new SpecWitness('w2.example', seed, join(yard.dataDir, 'w2.json'), logs);
    try {
      const url = await witness.listen();
      const ledger = ledgerOf([
        { name: witness.name, url, vkey: witness.vkey },
        { name: away.name, url: 'http://127.0.0.1:1', vkey: away.vkey },
      ]);
      await yard.write(day);
      await yard.settled();
      const line = await eventually('the newest checkpoint is cosigned', async () => {
        const { rows } = await yard.pool.query<{ note: string; line: string }>(
          `SELECT note, line FROM checkpoint JOIN cosignature USING (site_id, size)
           WHERE size = (SELECT tree_size FROM site)`,
        );
        return rows[0];
      });
      const note = appendSignatures(line.note, [line.line]);
      const verifiers = [...logs.values(), cosignatureVerifier(witness.vkey)];
      expect(openCheckpoint(note, origin, verifiers).note.signatures).toHaveLength(2);
      const metrics = await ledger.metrics();
      expect(metrics).toContain('urbanmine_ledger_witnesses 2');
      expect(metrics).toMatch(/witness_answers_total\{outcome="unreachable"\} [1-9]/);
      expect(await ledger.stop()).toBe(0);
    } finally {
      await witness.close();
    }
  }, 40_000);

  it('claims its partition anew when its fence was moved, and books on', async () => {
    const ledger = yard.start();
    await yard.write(day.slice(0, 20));
    await yard.settled();
    // What `urbanmine fence adopt` or another owner does.
    await yard.pool.query('UPDATE fence SET epoch = epoch + 1, last_digest = NULL');
    await yard.write(day.slice(20));
    await yard.settled();
    const { rows } = await yard.pool.query('SELECT epoch FROM fence WHERE partition = 0');
    expect(rows).toEqual([{ epoch: '3' }]);
    expect(await ledger.stop()).toBe(0);
  }, 30_000);
});
