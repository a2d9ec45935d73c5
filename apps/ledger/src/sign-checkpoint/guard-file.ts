import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { decodeBase64, encodeBase64 } from '#tlog';
import { failpoint } from '../failpoint.js';
import type { TreeHead } from './judge-signing.js';

/**
 * What was signed last, kept outside the database. MUST be durable when `remember` returns, and
 * MUST be remembered before the signature can be seen by anybody.
 */
export interface Guard {
  last(siteId: string): TreeHead | null;
  remember(heads: ReadonlyMap<string, TreeHead>): void;
}

interface GuardLine {
  readonly siteId: string;
  readonly size: number;
  readonly root: string;
}

const ROTATE_AT_BYTES = 4_000_000;

/** One ledger's guard: a file that is appended to, one line a signature, and rewritten when long. */
export class GuardFile implements Guard {
  private readonly heads = new Map<string, TreeHead>();
  private file: number;
  private bytes: number;

  /** Throws when the file is damaged anywhere but in its last line, which a power cut may tear. */
  constructor(private readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) this.read();
    // A torn line is cut off by writing anew; so the file always ends with a whole line.
    [this.file, this.bytes] = this.rewrite();
  }

  last(siteId: string): TreeHead | null {
    return this.heads.get(siteId) ?? null;
  }

  remember(heads: ReadonlyMap<string, TreeHead>): void {
    let text = '';
    for (const [siteId, head] of heads) {
      this.heads.set(siteId, { size: head.size, root: Uint8Array.from(head.root) });
      text += lineOf(siteId, head);
    }
    if (text === '') return;
    if (this.bytes + text.length > ROTATE_AT_BYTES) {
      closeSync(this.file);
      [this.file, this.bytes] = this.rewrite();
      return;
    }
    writeSync(this.file, text);
    failpoint('amid-guard');
    fsyncSync(this.file);
    this.bytes += text.length;
  }

  close(): void {
    closeSync(this.file);
  }

  private read(): void {
    const lines = readFileSync(this.path, 'utf8').split('\n');
    // What follows the last newline is empty, or torn and therefore of no signature that went out.
    lines.pop();
    lines.forEach((line, index) => {
      const { siteId, size, root } = parseLine(line, `${this.path}:${index + 1}`);
      this.heads.set(siteId, { size, root });
    });
  }

  private rewrite(): [file: number, bytes: number] {
    const next = `${this.path}.next`;
    const text = [...this.heads].map(([siteId, head]) => lineOf(siteId, head)).join('');
    const file = openSync(next, 'w', 0o600);
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
    renameSync(next, this.path);
    const folder = openSync(dirname(this.path), 'r');
    fsyncSync(folder);
    closeSync(folder);
    return [openSync(this.path, 'a', 0o600), text.length];
  }
}

const lineOf = (siteId: string, { size, root }: TreeHead): string =>
  `${JSON.stringify({ siteId, size, root: encodeBase64(root) } satisfies GuardLine)}\n`;

function parseLine(line: string, place: string): TreeHead & { siteId: string } {
  try {
    const { siteId, size, root } = JSON.parse(line) as Partial<GuardLine>;
    const bytes = typeof root === 'string' ? decodeBase64(root) : null;
    if (typeof siteId === 'string' && Number.isSafeInteger(size) && bytes?.length === 32) {
      return { siteId, size: size!, root: bytes };
    }
  } catch (cause) {
    throw new Error(`the guard of the signer is damaged at ${place}`, { cause });
  }
  throw new Error(`the guard of the signer is damaged at ${place}`);
}
