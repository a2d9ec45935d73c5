import {
  LogFormatError,
  LogVerificationError,
  appendSignatures,
  encodeBase64,
  formatSignatureLine,
  openNote,
} from '#tlog';
import type { WitnessEntry } from './witness-policy.js';

export interface AddCheckpoint {
  /** Size that the witness cosigned last, as far as is known; 0 = none. */
  readonly oldSize: number;
  /** Consistency proof from `oldSize`; empty when that is 0 or the size itself. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint. */
  readonly note: string;
}

export type WitnessAnswer =
  /** `line` is verified: the witness's signature line, with its newline. */
  | { readonly kind: 'cosigned'; readonly line: string }
  /** The witness stands at `size`; null when it does not say where. */
  | { readonly kind: 'conflict'; readonly size: number | null }
  | { readonly kind: 'refused' | 'invalid' | 'unreachable'; readonly detail: string };

/**
 * Asks a witness to cosign. MUST give a line only when it verifies with that witness's key; MUST NOT
 * throw for anything that the witness or the network does.
 */
export interface WitnessPort {
  readonly name: string;
  addCheckpoint(request: AddCheckpoint, signal: AbortSignal): Promise<WitnessAnswer>;
}

const TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 64 * 1024;

/** Body of `add-checkpoint` (C2SP tlog-witness v1.0.0). */
const addCheckpointBody = ({ oldSize, proof, note }: AddCheckpoint): string =>
  `old ${oldSize}\n${proof.map((hash) => `${encodeBase64(hash)}\n`).join('')}\n${note}`;

/** A witness over HTTP. */
export class HttpWitness implements WitnessPort {
  constructor(private readonly entry: WitnessEntry) {}

  get name(): string {
    return this.entry.name;
  }

  async addCheckpoint(request: AddCheckpoint, signal: AbortSignal): Promise<WitnessAnswer> {
    let status: number;
    let body: string;
    try {
      const response = await fetch(`${this.entry.url}/add-checkpoint`, {
        method: 'POST',
        body: addCheckpointBody(request),
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      status = response.status;
      body = await readAtMost(response, ANSWER_BYTES_MAX);
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return {
        kind: 'unreachable',
        detail: cause instanceof Error ? cause.message : String(cause),
      };
    }
    if (status === 200) return this.verified(request.note, body);
    if (status === 409) return { kind: 'conflict', size: readSize(body) };
    const detail = `${status}: ${body.slice(0, 200)}`;
    return { kind: status >= 500 || status === 429 ? 'unreachable' : 'refused', detail };
  }

  private verified(note: string, lines: string): WitnessAnswer {
    try {
      const { signatures } = openNote(appendSignatures(note, [lines]), [this.entry.verifier]);
      return { kind: 'cosigned', line: formatSignatureLine(signatures[0]!) };
    } catch (error) {
      if (!(error instanceof LogFormatError || error instanceof LogVerificationError)) throw error;
      return { kind: 'invalid', detail: error.message };
    }
  }
}

const readSize = (body: string): number | null => {
  const size = /^(0|[1-9][0-9]{0,15})\n$/.test(body) ? Number(body) : null;
  return Number.isSafeInteger(size) ? size : null;
};

async function readAtMost(response: Response, bytesMax: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > bytesMax) throw new Error(`its answer is longer than ${bytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
