import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  LogFormatError,
  LogVerificationError,
  SIGNATURE_TYPE,
  type Verifier,
  cosign,
  decodeBase64,
  ed25519Cosigner,
  encodeBase64,
  equalBytes,
  keyPair,
  openNote,
  parseCheckpoint,
  parseNote,
  verifyConsistency,
} from '#tlog';

interface Head {
  readonly size: number;
  readonly root: Uint8Array;
}

export interface Verdict {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  /** Size that the witness stands at, of a 409. */
  readonly size?: number;
  /** What it is to remember before it cosigns, of a 200. */
  readonly cosigns?: { readonly origin: string; readonly head: Head; readonly note: string };
}

const BODY = /^old (0|[1-9][0-9]*)\n((?:[A-Za-z0-9+/=]+\n){0,63})\n([\s\S]+)$/;

/** The rules of `add-checkpoint` (C2SP tlog-witness v1.0.0), in the order in which it has them. */
export function judgeAddCheckpoint(
  body: string,
  logs: ReadonlyMap<string, Verifier>,
  lastOf: (origin: string) => Head | null,
): Verdict {
  const [, oldText, proofText = '', note = ''] = BODY.exec(body) ?? [];
  if (oldText === undefined) return { status: 400 };
  const old = Number(oldText);
  const proof = proofText.split('\n').slice(0, -1).map(decodeBase64);
  try {
    const { origin, size, root } = parseCheckpoint(parseNote(note).text);
    const verifier = logs.get(origin);
    if (verifier === undefined) return { status: 404 };
    if (!isSigned(note, verifier)) return { status: 403 };
    if (old > size || proof.includes(null)) return { status: 400 };
    const last = lastOf(origin) ?? { size: 0, root };
    if (old !== last.size) return { status: 409, size: last.size };
    if (old === size && !equalBytes(root, last.root)) return { status: 409, size: last.size };
    const hashes = proof as Uint8Array[];
    const extended =
      old === 0 || old === size
        ? hashes.length === 0
        : verifyConsistency({
            size1: old,
            root1: last.root,
            size2: size,
            root2: root,
            proof: hashes,
          });
    if (!extended) return { status: 422 };
    return { status: 200, cosigns: { origin, head: { size, root }, note } };
  } catch (error) {
    if (error instanceof LogFormatError) return { status: 400 };
    throw error;
  }
}

function isSigned(note: string, verifier: Verifier): boolean {
  try {
    openNote(note, [verifier]);
    return true;
  } catch (error) {
    if (error instanceof LogVerificationError) return false;
    throw error;
  }
}

/**
 * A witness over HTTP. The check and what it remembers are one step: nothing is awaited between
 * them, and the file is renamed into place before the answer.
 */
export class SpecWitness {
  readonly vkey: string;
  /** Set to answer each request with this status and nothing else. */
  broken: number | null = null;
  /** Bodies of all requests. */
  readonly requests: string[] = [];
  private readonly cosigner;
  private server: Server | undefined;

  constructor(
    readonly name: string,
    seed: Uint8Array,
    private readonly file: string,
    private readonly logs: ReadonlyMap<string, Verifier>,
  ) {
    this.cosigner = ed25519Cosigner(name, seed);
    this.vkey = keyPair(name, seed, SIGNATURE_TYPE.cosignature).vkey;
    writeFileSync(file, '{}');
  }

  async listen(): Promise<string> {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { status, body, type } = this.answer(Buffer.concat(parts).toString('utf8'));
        response.writeHead(status, { 'content-type': type }).end(body);
      });
    });
    await new Promise<void>((done) => this.server!.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((done) => this.server?.close(done));
  }

  sizeOf(origin: string): number {
    return this.heads()[origin]?.size ?? 0;
  }

  answer(request: string): { status: number; body: string; type: string } {
    this.requests.push(request);
    const type = 'text/plain; charset=utf-8';
    if (this.broken !== null) return { status: this.broken, body: 'broken\n', type };
    const { status, size, cosigns } = judgeAddCheckpoint(request, this.logs, (origin) => {
      const head = this.heads()[origin];
      return head === undefined ? null : { size: head.size, root: decodeBase64(head.root)! };
    });
    if (status === 409) return { status, body: `${size}\n`, type: 'text/x.tlog.size' };
    if (cosigns === undefined) return { status, body: '', type };
    const { origin, head, note } = cosigns;
    const heads = { ...this.heads(), [origin]: { size: head.size, root: encodeBase64(head.root) } };
    writeFileSync(`${this.file}.next`, JSON.stringify(heads), { flush: true });
    renameSync(`${this.file}.next`, this.file);
    return { status, body: cosign(note, this.cosigner, Math.floor(Date.now() / 1000)), type };
  }

  private heads(): Record<string, { size: number; root: string }> {
    return JSON.parse(readFileSync(this.file, 'utf8')) as ReturnType<SpecWitness['heads']>;
  }
}
