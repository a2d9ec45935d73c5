import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { EventMark } from '#edge';
import { z } from 'zod';

/** Which event a request became; `digest` is of the request, so that a key means one thing. */
const keptKey = z.object({
  key: z.string(),
  digest: z.string(),
  boot: z.int(),
  seq: z.int(),
});
export type KeptKey = z.infer<typeof keptKey>;

/** Requests that are remembered; a client that repeats does so soon. */
const KEYS_MAX = 20_000;
/** No event gets this seq. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * The keys that clients gave their requests, on disk. A key is written with the seq that its event
 * is about to get, before the event is: a key whose event the spool does not have after a crash
 * never became one, and is forgotten.
 */
export class RequestKeys {
  private readonly kept = new Map<string, KeptKey>();
  private readonly file: string;
  private readonly handle: number;

  /** `last` is the newest event of the spool. */
  constructor(dir: string, last: EventMark) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.file = join(dir, 'request-keys.ndjson');
    for (const one of this.read()) this.kept.set(one.key, one);
    for (const { key, boot, seq } of this.kept.values()) {
      const happened = boot < last.boot || (boot === last.boot && seq <= last.seq);
      if (!happened) this.kept.delete(key);
    }
    this.rewrite();
    this.handle = openSync(this.file, 'a', 0o600);
  }

  find(key: string): KeptKey | undefined {
    return this.kept.get(key);
  }

  /** On disk when it returns. */
  remember(one: KeptKey): void {
    writeSync(this.handle, `${JSON.stringify(one)}\n`);
    fsyncSync(this.handle);
    this.kept.set(one.key, one);
    const oldest = this.kept.size > KEYS_MAX ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.kept.delete(oldest);
  }

  /** Its event was refused, so that another will get the seq. */
  forget(one: KeptKey): void {
    writeSync(this.handle, `${JSON.stringify({ ...one, seq: NEVER })}\n`);
    fsyncSync(this.handle);
    this.kept.delete(one.key);
  }

  close(): void {
    closeSync(this.handle);
  }

  /** A torn last line is of a request that was not answered. */
  private read(): KeptKey[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').split('\n').slice(0, -1);
    return lines.slice(-KEYS_MAX).map((line) => keptKey.parse(JSON.parse(line)));
  }

  private rewrite(): void {
    const text = [...this.kept.values()].map((one) => `${JSON.stringify(one)}\n`).join('');
    writeFileSync(`${this.file}.new`, text, { mode: 0o600, flush: true });
    renameSync(`${this.file}.new`, this.file);
  }
}
