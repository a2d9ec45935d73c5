import { decodeEntry, encodeEntry } from '#contracts';
import {
  authenticatedReader,
  ed25519Verifier,
  inclusionProof,
  openCheckpoint,
  tilePath,
  tilesForAuthentication,
  tilesForInclusion,
} from '#tlog';
import type { LogSource } from '../../apps/cli/src/audit/log-source.js';
import { SITE, type Said } from '../../apps/cli/src/audit/spec-station.js';
import { recordsOf } from '../../apps/ledger/src/spec-stream.js';
import { type FilledSite, ORIGIN } from './filled-site.js';
import { alterEntries, insertHead, readEntries, replaceLog, signAgain } from './forgery.js';
import type { TamperCase } from './tamper-case.js';

/** Classes 1 to 11: what is done to the log itself. */

const flip = (bytes: Buffer, at: number): Buffer => {
  bytes[at]! ^= 1;
  return bytes;
};

/** A server that answers one path otherwise. */
const altering = (
  altered: string,
  alter: (bytes: Buffer) => Buffer,
  log: LogSource,
): LogSource => ({
  name: log.name,
  read: async (path) => {
    const bytes = await log.read(path);
    return bytes === null || path !== altered ? bytes : alter(Buffer.from(bytes));
  },
});

/** The checkpoint of half time, as somebody outside kept it. */
const keptHead = (site: FilledSite): ReturnType<typeof openCheckpoint> =>
  openCheckpoint(site.kept[0]!, `${ORIGIN}/${SITE}`, [ed25519Verifier(site.vkey)]);

async function alteredTile(site: FilledSite, level: number): Promise<string[]> {
  const copy = await site.copy();
  await copy.pool.query(
    `UPDATE tile SET data = set_byte(data, 5, get_byte(data, 5) # 1) WHERE level = $1 AND idx = 0`,
    [level],
  );
  return [...(await copy.audit()), ...(await copy.auditDatabase())];
}

/** A client that kept a checkpoint reads a proof through the tile reader of this project. */
async function clientOf(site: FilledSite, log: LogSource): Promise<string> {
  const { size, root } = keptHead(site);
  const tiles = new Map<string, Buffer>();
  const wanted = tilesForInclusion(size, size - 1);
  for (const { level, index, width } of tilesForAuthentication(size, wanted)) {
    tiles.set(`${level}/${index}`, (await log.read(tilePath(level, index, width)))!);
  }
  try {
    const read = authenticatedReader(size, root, (level, index) => tiles.get(`${level}/${index}`)!);
    inclusionProof(size, size - 1, read);
    return 'nothing';
  } catch (error) {
    return (error as Error).name;
  }
}

/** Two neighbours of different stations, neither a fact nor beside one: any order is lawful. */
function swappable(entries: readonly Buffer[]): number {
  const spoken = entries.map((entry) => decodeEntry(entry).attributes);
  const isFact = (index: number): boolean => spoken[index]?.source === `${SITE}/ledger`;
  const at = spoken.findIndex(({ source, type }, index) => {
    const next = spoken[index + 1];
    if (index < 200 || next === undefined || source === next.source) return false;
    const isPlain = [type, next.type].every((one) => /feed.metered|sealed/.test(one));
    return isPlain && [index - 1, index, index + 1, index + 2].every((one) => !isFact(one));
  });
  if (at < 0) throw new Error('no two entries can be swapped');
  return at;
}

/** The stream from half time on, two stations the other way round, and then more of it. */
function otherwise(site: FilledSite): Said[] {
  const said = [...site.said, ...site.next];
  const sourceAt = (index: number): string => said[index]!.attributes.source;
  let at = Math.ceil(site.said.length / 2);
  while (sourceAt(at) === sourceAt(at + 1)) at += 1;
  return said.toSpliced(at, 2, said[at + 1]!, said[at]!);
}

export const LOG_CASES: readonly TamperCase[] = [
  {
    number: 1,
    what: 'a bit of a stored entry is flipped',
    detector: '`audit`; `audit --database`',
    named: ['root-mismatch', 'tile-mismatch', 'database-log'],
    cannotSee: 'what was false before it was entered',
    found: async (site) => {
      const copy = await site.copy();
      await alterEntries(copy.pool, (entry, index) => (index === 40 ? flip(entry, 90) : entry));
      return copy.auditDatabase();
    },
  },
  {
    number: 2,
    what: 'two entries change places',
    detector: '`audit`; `audit --database`',
    named: ['root-mismatch', 'tile-mismatch', 'database-log'],
    cannotSee: 'the order in which events of two stations reached the gateway',
    found: async (site) => {
      const copy = await site.copy();
      const all = await readEntries(copy.pool);
      const swapped = all.toSpliced(60, 2, all[61]!, all[60]!);
      await alterEntries(copy.pool, (_entry, index) => swapped[index]!);
      return copy.auditDatabase();
    },
  },
  {
    number: 3,
    what: 'the last entry under a checkpoint is deleted, and the tree cut to fit',
    detector: '`audit`; `audit --checkpoint`; `audit --database`',
    named: ['incomplete', 'database-log', 'checkpoint-order'],
    cannotSee: 'an end that no checkpoint outside covers',
    found: async (site) => {
      const copy = await site.copy();
      const entries = (await readEntries(copy.pool)).slice(0, -1);
      await replaceLog(copy.pool, entries);
      const found = await copy.auditDatabase();
      await copy.pool.query('DELETE FROM checkpoint WHERE size > $1', [entries.length]);
      return [...found, ...(await copy.audit({ kept: true }))];
    },
  },
  {
    number: 4,
    what: 'an entry is deleted from the middle, the rest renumbered and signed again with the log key',
    detector: '`audit`',
    named: ['seq-hole', 'completeness'],
    cannotSee:
      'an unsealed last word of a station on which no fact rests (then only `--checkpoint`)',
    found: async (site) => {
      const copy = await site.copy();
      const all = await readEntries(copy.pool);
      const at = all.findIndex((entry, n) => n > 50 && entry.includes('pieces.classified'));
      const entries = all.toSpliced(at, 1);
      await replaceLog(copy.pool, entries);
      await signAgain(copy.pool, site.keys, entries);
      return copy.audit();
    },
  },
  {
    number: 5,
    what: 'a back-dated entry is put in, and the log signed again with its key',
    detector: '`audit`',
    named: ['seq-hole', 'completeness'],
    cannotSee: 'an entry that the station itself back-dated and sealed',
    found: async (site) => {
      const copy = await site.copy();
      const all = await readEntries(copy.pool);
      const at = all.findIndex((entry, n) => n > 50 && entry.includes('container.weighed'));
      const { attributes, data } = decodeEntry(all[at]!);
      const invented = { ...attributes, seq: 900, time: '2026-11-20T08:00:00.000Z' };
      const entries = all.toSpliced(at, 0, encodeEntry(invented, data));
      await replaceLog(copy.pool, entries);
      await signAgain(copy.pool, site.keys, entries);
      return copy.audit();
    },
  },
  {
    number: 6,
    what: 'the whole tree is built again from another stream, with the log key',
    detector: '`audit --checkpoint` with a receipt from before, or a witness',
    named: ['root-mismatch'],
    cannotSee: 'without anything kept outside: a lawful stream in another order is clean',
    found: async (site) => {
      const copy = await site.copy();
      const all = await readEntries(copy.pool);
      const at = swappable(all);
      const entries = all.toSpliced(at, 2, all[at + 1]!, all[at]!);
      await replaceLog(copy.pool, entries);
      await signAgain(copy.pool, site.keys, entries);
      const alone = await copy.audit();
      if (alone.length > 0) throw new Error(`the forged log is not lawful: ${alone.join()}`);
      return copy.audit({ kept: true });
    },
  },
  {
    number: 7,
    what: 'the database is set back to an older size and the log continued otherwise',
    detector: 'the signer; `audit --checkpoint`',
    named: ['log-shrank', 'inconsistent', 'root-mismatch'],
    cannotSee: 'a guard that was set back together with the database, and no receipt outside',
    found: async (site) => {
      const copy = await site.copy('half');
      const signer = copy.ledger('kept');
      const other = recordsOf(otherwise(site));
      const from = await signer.claim(other.length);
      await signer.book(other.slice(from, from + 20));
      const found = [await signer.sign()];
      await signer.book(other.slice(from + 20));
      found.push(await signer.sign());
      // Whoever has the key signs without asking the guard: a fork that any receipt shows.
      const entries = await readEntries(copy.pool);
      const head = { size: entries.length, entries, seconds: 1_796_000_000 };
      await insertHead(copy.pool, site.keys, head);
      return [...found.map(String), ...(await copy.audit({ kept: true }))];
    },
  },
  {
    number: 8,
    what: 'two roots are signed for one size',
    detector: '`audit --checkpoint`',
    named: ['split-view', 'root-mismatch'],
    cannotSee: 'a second view that nobody shows to whom has the first',
    found: async (site) => {
      const copy = await site.copy();
      const { rows } = await copy.pool.query<{ size: string }>(
        'SELECT max(size) AS size FROM checkpoint',
      );
      const size = Number(rows[0]!.size);
      const root = new Uint8Array(32).fill(9);
      const note = site.keys.sign(SITE, { size, root }, 1_795_200_000);
      await copy.pool.query('UPDATE checkpoint SET note = $2, root = $3 WHERE size = $1', [
        size,
        note,
        Buffer.from(root),
      ]);
      return copy.audit({ kept: true });
    },
  },
  {
    number: 9,
    what: 'a tile is altered, its entries are not',
    detector: '`audit`; `audit --database`',
    named: ['tile-mismatch', 'database-log'],
    cannotSee: 'nothing of this class',
    found: (site) => alteredTile(site, 0),
  },
  {
    number: 10,
    what: 'a tile of level 1 alone is altered',
    detector: '`audit`; `audit --database`',
    named: ['tile-mismatch', 'database-log'],
    cannotSee: 'nothing of this class',
    found: (site) => alteredTile(site, 1),
  },
  {
    number: 11,
    what: 'a partial tile is served that is no prefix of the later full one',
    detector: "the project's tile reader with a kept checkpoint",
    named: ['LogVerificationError'],
    cannotSee: 'a tile that nobody asks for',
    found: async (site) => {
      const log = await (await site.copy()).served();
      const { size } = keptHead(site);
      const partial = tilePath(0, Math.floor(size / 256), size % 256);
      const honest = await clientOf(site, log);
      if (honest !== 'nothing') throw new Error(`the honest tiles give ${honest}`);
      return [
        await clientOf(
          site,
          altering(partial, (bytes) => flip(bytes, 3), log),
        ),
      ];
    },
  },
];
