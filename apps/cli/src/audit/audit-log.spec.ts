import { createServer } from 'node:http';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventAttributes, decodeEntry, encodeEntry } from '#contracts';
import { decodeBundle, encodeBundle } from '#tlog';
import { auditLog } from './audit-log.js';
import type { AuditReport } from './audit-report.js';
import { DirectorySource, HttpSource, SavingSource } from './log-source.js';
import {
  LOG_VKEY,
  type ListedCheckpoint,
  type SpecLog,
  makeLog,
  signHead,
  writeLog,
} from './spec-log.js';

let folder: string;
let made: SpecLog;
let copies = 0;

/** A directory of its own with the log in it, or with what `forge` makes of its entries. */
async function served(forge: (entries: readonly Buffer[]) => readonly Buffer[] = (all) => all) {
  const directory = join(folder, `log-${++copies}`);
  await writeLog(directory, { ...made, entries: forge(made.entries) });
  return directory;
}

const audit = (directory: string, known: readonly Buffer[] = []): Promise<AuditReport> =>
  auditLog(new DirectorySource(directory), {
    vkey: LOG_VKEY,
    known: known.map((note, at) => ({ from: `kept-${at}`, note })),
  });

const classesOf = ({ findingsByClass }: AuditReport): string[] => Object.keys(findingsByClass);

const BUNDLE = 'tile/entries/000';

async function alter(path: string, change: (bytes: Buffer) => Uint8Array | string): Promise<void> {
  await writeFile(path, change(await readFile(path)));
}

const flipAt = (at: number) => (bytes: Buffer) => {
  bytes[at]! ^= 1;
  return bytes;
};

const changeBundle = (change: (entries: Uint8Array[]) => Uint8Array[]) => (bytes: Buffer) =>
  encodeBundle(change(decodeBundle(bytes)));

/** Index of an entry of a type, from a place on. */
function indexOf(type: string, from = 0): number {
  const found = made.entries.findIndex((entry, index) => index >= from && entry.includes(type));
  if (found < 0) throw new Error(`the log has no ${type}`);
  return found;
}

function withData(entry: Buffer, change: (data: string) => string): Buffer {
  const { attributes, data } = decodeEntry(entry);
  return encodeEntry(attributes, Buffer.from(change(data.toString())));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'urbanmine-audit-'));
  made = makeLog({ runs: 9, frames: 30, pieces: 5 });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a log as the ledger wrote it', () => {
  it('is clean, with everything made again', async () => {
    const report = await audit(await served());
    expect(report.findings).toEqual([]);
    expect(report.incomplete).toEqual([]);
    expect(report.verdict).toBe('clean');
    const { counts } = report;
    expect(counts['entries']).toBe(made.entries.length);
    expect(counts['refolded']).toBe(made.entries.length);
    expect(counts['pieces']).toBe(9 * 30 * 5);
    expect(counts['rootsRecomputed']).toBe(made.signed.length);
    expect(counts['tilesCompared']).toBe(3);
    expect(report.seals['north.sorter']).toEqual({
      verified: 9 * 4 + 1,
      failed: 0,
      incomplete: 0,
      unsealed: 1,
    });
  });

  it('is the same over HTTP, and what was saved audits offline', async () => {
    const directory = await served();
    const server = createServer((request, response) => {
      const path = (request.url ?? '').replace(/\?.*/, '').replace(/^\/log\/north\//, '');
      readFile(join(directory, path)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const saved = join(folder, 'saved');
      const http = new HttpSource(`http://127.0.0.1:${port}/log/north`);
      const online = await auditLog(new SavingSource(http, saved), { vkey: null, known: [] });
      expect(online.verdict).toBe('clean');
      expect(online.log?.trustedOnFirstUse).toBe(true);
      const offline = await audit(saved);
      expect(offline.verdict).toBe('clean');
      expect(offline.counts).toEqual(online.counts);
      expect(offline.log?.trustedOnFirstUse).toBe(false);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('is incomplete where something is not served', async () => {
    const withoutBundle = await served();
    await rm(join(withoutBundle, BUNDLE));
    expect((await audit(withoutBundle)).verdict).toBe('incomplete');
    const withoutTile = await served();
    await rm(join(withoutTile, 'tile/0/000'));
    expect((await audit(withoutTile)).verdict).toBe('incomplete');
    const withoutRegistry = await served();
    await rm(join(withoutRegistry, 'registry'), { recursive: true });
    expect((await audit(withoutRegistry)).counts['refolded']).toBe(0);
    const withoutKey = await served();
    await rm(join(withoutKey, 'key'));
    await expect(audit(withoutKey)).rejects.toThrow('has no key');
  });
});

describe('what is served and is not what was signed', () => {
  it('shows a flipped bit in an entry, and where', async () => {
    const directory = await served();
    await alter(join(directory, BUNDLE), flipAt(30_000));
    const report = await audit(directory);
    expect(classesOf(report)).toEqual(expect.arrayContaining(['root-mismatch', 'tile-mismatch']));
  });

  it('shows two entries swapped', async () => {
    const directory = await served();
    const swap = changeBundle((all) => all.toSpliced(20, 2, all[21]!, all[20]!));
    await alter(join(directory, BUNDLE), swap);
    const report = await audit(directory);
    expect(classesOf(report)).toEqual(expect.arrayContaining(['root-mismatch', 'tile-mismatch']));
    const tile = report.findings.find((found) => found.class === 'tile-mismatch');
    expect(tile?.index).toBe(20);
  });

  it('shows the last entry dropped', async () => {
    const directory = await served();
    const partial = made.entries.length % 256;
    const path = join(directory, `tile/entries/001.p/${partial}`);
    await alter(
      path,
      changeBundle((all) => all.slice(0, -1)),
    );
    expect(classesOf(await audit(directory))).toEqual(['bundle-malformed']);
  });

  it('shows one altered tile, on each level', async () => {
    for (const path of ['tile/0/000', 'tile/1/000.p/1']) {
      const directory = await served();
      await alter(join(directory, path), flipAt(5));
      expect(classesOf(await audit(directory))).toEqual(['tile-mismatch']);
    }
  });

  it('shows a checkpoint that the key has not signed, and a time that was changed', async () => {
    const unsigned = await served();
    await alter(join(unsigned, 'checkpoint'), (note) =>
      note.toString().replace(/\n\d+\n/, '\n7\n'),
    );
    expect(classesOf(await audit(unsigned))).toContain('checkpoint-signature');
    const unlisted = await served();
    await alter(join(unlisted, 'checkpoints'), (list) => {
      const page = JSON.parse(list.toString()) as { items: ListedCheckpoint[] };
      page.items[3]!.note = page.items[3]!.note.replace(/(\/time \S{10})./, '$1C');
      return JSON.stringify(page);
    });
    expect(classesOf(await audit(unlisted))).toHaveLength(1);
  });

  it('shows another key than the given one', async () => {
    const directory = await served();
    const other = LOG_VKEY.replace('north+', 'south+');
    const report = await auditLog(new DirectorySource(directory), { vkey: other, known: [] }).catch(
      (error: unknown) => String(error),
    );
    expect(JSON.stringify(report)).toMatch(/key-mismatch|cannot be read/);
  });
});

describe('a tree rebuilt and signed by who holds the log key', () => {
  it('shows two roots signed for one size', async () => {
    const directory = await served();
    const size = made.signed[4]!;
    await alter(join(directory, 'checkpoints'), (list) => {
      const page = JSON.parse(list.toString()) as { items: ListedCheckpoint[] };
      const root = new Uint8Array(32).fill(9);
      const at = page.items.findIndex((item) => item.size === size);
      const note = signHead(size, root);
      page.items.splice(at, 0, { size, root: Buffer.from(root).toString('base64'), note });
      return JSON.stringify(page);
    });
    const report = await audit(directory);
    expect(classesOf(report)).toEqual(expect.arrayContaining(['split-view', 'root-mismatch']));
  });

  it('shows an older log continued otherwise, by a checkpoint that was kept', async () => {
    const honest = await served();
    const kept = await readFile(join(honest, 'checkpoint'));
    const last = made.entries.length - 1;
    const forged = await served((entries) => entries.toSpliced(last, 1));
    expect(classesOf(await audit(forged))).toEqual([]);
    expect(classesOf(await audit(forged, [kept]))).toEqual(['checkpoint-order']);
  });

  it('shows an entry dropped from the middle', async () => {
    const place = indexOf('urbanmine.pieces.classified.v1', 50);
    const report = await audit(await served((entries) => entries.toSpliced(place, 1)));
    expect(classesOf(report)).toEqual(expect.arrayContaining(['seq-hole', 'completeness']));
    expect(report.findings[0]!.index).toBe(place);
  });

  it('shows a dropped entry even when the station is renumbered: its seals do not fit', async () => {
    const place = indexOf('urbanmine.pieces.classified.v1', 50);
    const { source } = decodeEntry(made.entries[place]!).attributes;
    const renumbered = (entry: Buffer, index: number): Buffer => {
      const { attributes, data } = decodeEntry(entry);
      if (attributes.source !== source || index < place) return entry;
      const moved: EventAttributes = { ...attributes, seq: attributes.seq - 1 };
      return encodeEntry(moved, data);
    };
    const report = await audit(
      await served((entries) => entries.toSpliced(place, 1).map(renumbered)),
    );
    expect(classesOf(report)).toEqual(expect.arrayContaining(['seal-chain']));
  });

  it('shows a back-dated entry slipped in', async () => {
    const place = indexOf('urbanmine.container.weighed.v1');
    const forge = (entries: readonly Buffer[]): Buffer[] => {
      const { attributes, data } = decodeEntry(entries[place]!);
      const back = { ...attributes, time: '2026-11-20T08:00:00.000Z' };
      return entries.toSpliced(place, 0, encodeEntry(back, data));
    };
    expect(classesOf(await audit(await served(forge)))).toEqual(
      expect.arrayContaining(['entry-twice', 'completeness']),
    );
  });

  it('shows what a station said altered: the seal is over its own bytes', async () => {
    const place = indexOf('urbanmine.pieces.classified.v1', 60);
    const forge = (entries: readonly Buffer[]): Buffer[] =>
      entries.with(
        place,
        withData(entries[place]!, (data) => data.replace('"Cu":[', '"Cu":[1')),
      );
    const report = await audit(await served(forge));
    expect(classesOf(report)).toContain('seal-broken');
    expect(report.seals['north.sorter']?.failed).toBe(1);
  });

  it('shows attributes altered: the seal is over them too', async () => {
    const place = indexOf('urbanmine.pieces.classified.v1', 60);
    const backdated = await served((entries) => {
      const { attributes, data } = decodeEntry(entries[place]!);
      const moved = { ...attributes, time: '2026-11-23T07:59:00.000Z' };
      return entries.with(place, encodeEntry(moved, data));
    });
    expect(classesOf(await audit(backdated))).toContain('seal-broken');
  });

  it('shows a seal that the station did not sign', async () => {
    const place = indexOf('urbanmine.station.sealed.v1', 60);
    const forge = (entries: readonly Buffer[]): Buffer[] =>
      entries.with(
        place,
        withData(entries[place]!, (data) => data.replace(/"signature":"..../, '"signature":"AAAA')),
      );
    expect(classesOf(await audit(await served(forge)))).toContain('seal-signature');
  });

  it('shows a balance altered: the rules state another', async () => {
    const place = indexOf('urbanmine.custody.run.balanced.v1');
    const forge = (entries: readonly Buffer[]): Buffer[] =>
      entries.with(
        place,
        withData(entries[place]!, (data) =>
          data.replace('"unaccountedMg":"', '"unaccountedMg":"7'),
        ),
      );
    const report = await audit(await served(forge));
    expect(classesOf(report)).toEqual(['fact-differs']);
    expect(report.findings[0]!.index).toBe(place);
  });

  it('shows a mass altered before its balance, by seal and by balance', async () => {
    const place = indexOf('urbanmine.container.weighed.v1');
    const forge = (entries: readonly Buffer[]): Buffer[] =>
      entries.with(
        place,
        withData(entries[place]!, (data) => data.replace('"massMg":2', '"massMg":1')),
      );
    expect(classesOf(await audit(await served(forge)))).toEqual(
      expect.arrayContaining(['seal-broken', 'fact-differs']),
    );
  });

  it('shows a registry that is not the adopted one, and a speaker nobody enrolled', async () => {
    const directory = await served();
    const [path] = [...(await listRegistries(directory))];
    await alter(path!, (body) => body.toString().replace('North yard', 'South yard'));
    expect(classesOf(await audit(directory))).toContain('registry-altered');
    const place = indexOf('urbanmine.feed.metered.v1');
    const forge = (entries: readonly Buffer[]): Buffer[] => {
      const { attributes, data } = decodeEntry(entries[place]!);
      const stranger = { ...attributes, source: 'north.ghost', seq: 1 };
      return entries.toSpliced(place, 0, encodeEntry(stranger, data));
    };
    expect(classesOf(await audit(await served(forge)))).toContain('speaker-unknown');
  });
});

async function listRegistries(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, 'registry'));
  return names.map((name) => join(directory, 'registry', name));
}
