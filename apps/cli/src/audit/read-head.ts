import { z } from 'zod';
import {
  LogFormatError,
  LogVerificationError,
  type Verifier,
  cosignatureVerifier,
  decodeBase64,
  ed25519Verifier,
  equalBytes,
  openCheckpoint,
  parseNote,
  verifyCosignature,
} from '#tlog';
import { type Findings, UnavailableError, messageOf } from './findings.js';
import { type LogSource, SavingSource, TIME_KEY_PATH } from './log-source.js';

/** A tree head that the log's key has signed. */
export interface SignedHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** Unix seconds of the time cosignature; null: none that verifies. */
  readonly time: number | null;
  /** Keys of the log that signed it; none: it was listed without its note. */
  readonly vkeys: readonly string[];
  /** Where it was found, for people. */
  readonly from: string;
}

export interface Head {
  readonly origin: string;
  readonly vkey: string;
  /** The key was not given: it was believed as the log itself served it. */
  readonly trustedOnFirstUse: boolean;
  readonly newest: SignedHead;
  /** All heads that verify, by size; the newest is the last. */
  readonly heads: readonly SignedHead[];
  readonly checkpoints: { readonly read: number; readonly verified: number };
}

export interface HeadOptions {
  /** The log's vkey, known from elsewhere. */
  readonly vkey: string | null;
  /** Notes that were kept from earlier: receipts, a witness's copy. */
  readonly known: readonly { readonly from: string; readonly note: Buffer }[];
}

const page = z.object({
  items: z.array(z.object({ size: z.int().min(0), root: z.string(), note: z.string().optional() })),
  next: z.string().nullable(),
});

type Item = z.infer<typeof page>['items'][number];

/** Reads keys and checkpoints and verifies each. Null: nothing that is signed could be found. */
export async function readHead(
  source: LogSource,
  options: HeadOptions,
  findings: Findings,
): Promise<Head | null> {
  const served = (await required(source, 'key')).toString().trim();
  // A log whose key was never changed may serve no list.
  const list = (await source.read('keys'))?.toString().trim().split('\n') ?? [served];
  const vkey = options.vkey ?? served;
  if (!list.includes(vkey)) {
    findings.add('key-mismatch', null, `the log serves the key ${served}, given is ${vkey}`);
  }
  const timeVkey = (await source.read(TIME_KEY_PATH))?.toString().trim() ?? null;
  const opener = new CheckpointOpener([...new Set([vkey, ...list])], timeVkey, findings);
  // The list first: whatever is in it is then not above the newest checkpoint.
  const items = await readList(source);
  const newest = opener.open(await required(source, 'checkpoint'), 'checkpoint');
  const heads = [...items]
    .reverse()
    .flatMap((item, at) => opener.openItem(item, `checkpoints, item ${items.length - 1 - at}`));
  const known = options.known.flatMap(({ from, note }) => opener.open(note, from) ?? []);
  if (newest === null) return null;
  assertOrder(heads, findings);
  for (const { size, from } of [...heads, ...known]) {
    if (size <= newest.size) continue;
    const what = `${from}: signed for size ${size}, but the newest checkpoint is of ${newest.size}`;
    findings.add('checkpoint-order', size, what);
  }
  return {
    origin: opener.origin,
    vkey,
    trustedOnFirstUse: options.vkey === null,
    newest,
    heads: merged([...heads, ...known, newest], findings),
    checkpoints: { read: items.length + known.length + 1, verified: opener.verified },
  };
}

async function required(source: LogSource, path: string): Promise<Buffer> {
  const bytes = await source.read(path);
  if (bytes === null) throw new UnavailableError(`${source.name} has no ${path}`);
  return bytes;
}

async function readList(source: LogSource): Promise<readonly Item[]> {
  const items: Item[] = [];
  let path = 'checkpoints';
  // A file has one page with all; the API has pages of 200.
  for (let query = ''; ;) {
    const bytes = await source.read(`${path}${query}`);
    if (bytes === null) break;
    const { items: read, next } = parsePage(bytes, path);
    items.push(...read);
    if (next === null) break;
    query = `?limit=200&cursor=${encodeURIComponent(next)}`;
    path = 'checkpoints';
  }
  if (source instanceof SavingSource && items.length > 0) {
    await source.save('checkpoints', Buffer.from(JSON.stringify({ items, next: null })));
  }
  return items;
}

function parsePage(bytes: Buffer, path: string): z.infer<typeof page> {
  try {
    return page.parse(JSON.parse(bytes.toString()));
  } catch (cause) {
    throw new UnavailableError(`${path} is not a list of checkpoints: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Verifies notes by the log's key and the key of its time cosignature. */
class CheckpointOpener {
  readonly origin: string;
  verified = 0;
  private readonly verifiers: readonly Verifier[];

  constructor(
    /** The first is the one that the audit goes by. */
    private readonly vkeys: readonly string[],
    private readonly timeVkey: string | null,
    private readonly findings: Findings,
  ) {
    this.origin = vkeys[0]!.slice(0, vkeys[0]!.indexOf('+'));
    try {
      this.verifiers = vkeys.map(ed25519Verifier);
      if (timeVkey !== null) cosignatureVerifier(timeVkey);
    } catch (cause) {
      throw new UnavailableError(`a key cannot be read: ${messageOf(cause)}`, { cause });
    }
  }

  open(note: string | Buffer, from: string): SignedHead | null {
    try {
      const opened = openCheckpoint(note, this.origin, this.verifiers);
      const { size, root } = opened;
      this.verified++;
      const ids = opened.note.signatures.map(({ keyId }) => keyId);
      const vkeys = this.vkeys.filter((_vkey, at) => ids.includes(this.verifiers[at]!.keyId));
      return { size, root, from, time: this.timeOf(note, from, size), vkeys };
    } catch (error) {
      if (!(error instanceof LogFormatError || error instanceof LogVerificationError)) throw error;
      this.findings.add('checkpoint-signature', null, `${from}: ${error.message}`);
      return null;
    }
  }

  /** An item without its note says nothing that is signed: its root is checked all the same. */
  openItem({ size, root, note }: Item, from: string): SignedHead[] {
    const listed = decodeBase64(root);
    if (listed === null) {
      this.findings.add('checkpoint-signature', null, `${from}: "${root}" is no root`);
      return [];
    }
    if (note === undefined) return [{ size, root: listed, time: null, from, vkeys: [] }];
    const opened = this.open(note, from);
    if (opened === null) return [];
    if (opened.size !== size || !equalBytes(opened.root, listed)) {
      const what = `${from}: listed as size ${size}, but its note is of size ${opened.size}`;
      this.findings.add('checkpoint-signature', size, what);
    }
    return [opened];
  }

  private timeOf(note: string | Buffer, from: string, size: number): number | null {
    const { timeVkey } = this;
    if (timeVkey === null) return null;
    const name = timeVkey.slice(0, timeVkey.indexOf('+'));
    if (!parseNote(note).signatures.some((line) => line.name === name)) return null;
    try {
      return verifyCosignature(note, timeVkey);
    } catch (error) {
      this.findings.add('checkpoint-time', size, `${from}: ${messageOf(error)}`);
      return null;
    }
  }
}

/** Heads as they were listed, oldest first: each is larger than the one before, and not earlier. */
function assertOrder(heads: readonly SignedHead[], findings: Findings): void {
  heads.forEach((head, at) => {
    const before = heads[at - 1];
    if (before === undefined) return;
    if (head.size < before.size) {
      const what = `${head.from}: size ${head.size} after size ${before.size}`;
      findings.add('checkpoint-order', head.size, what);
    }
    if (head.time !== null && before.time !== null && head.time < before.time) {
      const what = `${head.from}: signed at ${head.time}, the smaller one before at ${before.time}`;
      findings.add('checkpoint-order', head.size, what);
    }
  });
}

/** One head a size; a second root for a size is a split view, and stays in to be held to the tree. */
function merged(heads: readonly SignedHead[], findings: Findings): SignedHead[] {
  const kept: SignedHead[] = [];
  for (const head of heads) {
    const same = kept.filter(({ size }) => size === head.size);
    if (same.some(({ root }) => equalBytes(root, head.root))) continue;
    if (same[0] !== undefined) {
      const what = `two roots for size ${head.size}: in ${same[0].from} and in ${head.from}`;
      findings.add('split-view', head.size, what);
    }
    kept.push(head);
  }
  return kept.sort((a, b) => a.size - b.size);
}
