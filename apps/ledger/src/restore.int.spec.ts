import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unguarded } from '#local';
import { SITE, Station, calibration } from '../../../test/arbitraries/site-stream.js';
import { eventually } from '../../../test/eventually.js';
import { snapshot } from './spec-snapshot.js';
import { scrapDay } from './spec-stream.js';
import { Yard, openPool } from './spec-yard.js';

let yard: Yard;
beforeEach(async () => {
  yard = await Yard.open();
});
afterEach(async () => {
  await yard.close();
});

const day = scrapDay({ frames: 60, pieces: 20, closes: true });

describe('a ledger over a backup from before', () => {
  it('signs again what it makes again after a backup was restored, while the stream is there', async () => {
    const first = yard.start();
    await yard.write(day.slice(0, 30));
    await yard.settled();
    await first.stop();
    const backup = await yard.backup();
    const second = yard.start();
    await yard.write(day.slice(30));
    await yard.settled();
    await second.stop();
    const restored = openPool(backup.databaseUrl);
    try {
      const third = yard.start({ DATABASE_URL: backup.databaseUrl });
      await yard.settled(restored);
      expect((await third.readiness())?.ready).toBe(true);
      expect(await snapshot(restored)).toEqual(await snapshot(yard.pool));
      expect(await third.stop()).toBe(0);
    } finally {
      await restored.end();
      await backup.close();
    }
  }, 60_000);

  it('books on but does not sign a restored backup whose stream is lost, until it is adopted', async () => {
    const first = yard.start();
    await yard.write(day.slice(0, 20));
    await yard.settled();
    await first.stop();
    const backup = await yard.backup();
    const second = yard.start();
    await yard.write(day.slice(20, 50));
    await yard.settled();
    await second.stop();
    const restored = openPool(unguarded(backup.databaseUrl));
    try {
      // What `urbanmine fence adopt` does where the stream between is gone.
      await restored.query(
        'UPDATE fence SET next_offset = $1, last_digest = NULL WHERE partition = 0',
        [50],
      );
      const third = yard.start({ DATABASE_URL: backup.databaseUrl });
      await yard.write([calibration(new Station('lab'))]);
      await eventually('the signer refuses', async () => {
        const { ready, text } = (await third.readiness()) ?? {};
        return ready === false && text!.includes('urbanmine signer adopt');
      });
      expect(await third.metrics()).toContain('unsigned_sites{reason="log-shrank"} 1');
      const sizes = await restored.query<{ grown: boolean }>(
        'SELECT tree_size > (SELECT max(size) FROM checkpoint) AS grown FROM site',
      );
      expect(sizes.rows).toEqual([{ grown: true }]);
      writeFileSync(join(yard.dataDir, 'guard-adopt.json'), JSON.stringify({ sites: [SITE] }));
      await eventually('the log is signed again', async () => {
        const { rows } = await restored.query<{ signed: boolean }>(
          'SELECT tree_size = (SELECT max(size) FROM checkpoint) AS signed FROM site',
        );
        return rows[0]?.signed === true;
      });
      expect(await third.stop()).toBe(0);
    } finally {
      await restored.end();
      await backup.close();
    }
  }, 60_000);
});

describe('a ledger that was frozen while another took its partition', () => {
  it('has its write refused, counts it, and books nothing twice', async () => {
    const calm = await Yard.open();
    try {
      const alone = calm.start();
      await calm.write(day);
      await calm.settled();
      await alone.stop();

      const zombie = yard.start();
      await yard.write(day.slice(0, 20));
      await yard.settled();
      zombie.signal('SIGSTOP');
      const owner = yard.start();
      await yard.write(day.slice(20, 50));
      await yard.settled();
      expect(await owner.stop()).toBe(0);
      zombie.signal('SIGCONT');
      await yard.write(day.slice(50));
      await yard.settled();
      expect(await zombie.metrics()).toMatch(/urbanmine_ledger_fence_lost_total [1-9]/);
      expect(await snapshot(yard.pool)).toEqual(await snapshot(calm.pool));
      expect(await zombie.stop()).toBe(0);
    } finally {
      await calm.close();
    }
  }, 60_000);
});
