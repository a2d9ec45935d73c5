import {
  decodeBundle,
  ed25519Verifier,
  emptyFrontier,
  entriesPath,
  equalBytes,
  frontierRoot,
  integrate,
  leafHash,
  openCheckpoint,
} from '#tlog';
import { type EventEnvelope, decodeEntry } from '#contracts';

/** A log as a stranger sees it: signed size and root, and every entry that hashes to it. */
export interface WalkedLog {
  readonly siteId: string;
  readonly size: number;
  readonly root: Uint8Array;
}

const BUNDLE_ENTRIES = 256;

const ATTEMPTS = 3;

/** Reading again changes nothing, and a service that was killed may have left a broken connection. */
async function get(url: string, attempt = 1): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    if (attempt === ATTEMPTS) throw error;
    await new Promise((resolve) => setTimeout(resolve, 200 * attempt));
    return get(url, attempt + 1);
  }
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response;
}

const bytesAt = async (url: string): Promise<Uint8Array> =>
  new Uint8Array(await (await get(url)).arrayBuffer());

/**
 * Reads a site's whole log through its public paths, checks the checkpoint's signature with the key
 * at `/log/{site}/key`, and that all entries together hash to the signed root. Every entry is shown
 * to `visit` once, in order, before the root is known to be right. The log MUST go on from
 * `earlier`, where that is given: its first entries hash to the root that was signed then.
 */
export async function walkLog(
  apiUrl: string,
  siteId: string,
  visit: (entry: EventEnvelope, index: number) => void,
  earlier?: WalkedLog,
): Promise<WalkedLog> {
  const log = `${apiUrl}/log/${siteId}`;
  const vkey = (await (await get(`${log}/key`)).text()).trim();
  const origin = vkey.slice(0, vkey.indexOf('+'));
  const note = await bytesAt(`${log}/checkpoint`);
  const { size, root } = openCheckpoint(note, origin, [ed25519Verifier(vkey)]);
  if (earlier !== undefined && earlier.size > size) throw new Error(`${siteId}: the log shrank`);
  let frontier = emptyFrontier();
  for (let first = 0; first < size; first += BUNDLE_ENTRIES) {
    const width = Math.min(BUNDLE_ENTRIES, size - first);
    const path = entriesPath(first / BUNDLE_ENTRIES, width);
    const bundle = decodeBundle(await bytesAt(`${log}/${path}`));
    const leaves = bundle.map((entry) => leafHash(entry));
    if (earlier !== undefined && earlier.size > first && earlier.size <= first + width) {
      const then = integrate(frontier, leaves.slice(0, earlier.size - first)).frontier;
      if (!equalBytes(frontierRoot(then), earlier.root)) {
        throw new Error(`${siteId}: the log does not go on from size ${earlier.size}`);
      }
    }
    ({ frontier } = integrate(frontier, leaves));
    bundle.forEach((entry, offset) => {
      visit(decodeEntry(Buffer.from(entry)), first + offset);
    });
  }
  if (!equalBytes(frontierRoot(frontier), root)) {
    throw new Error(`${siteId}: the entries do not hash to the signed root`);
  }
  return { siteId, size, root };
}

/** Notices what keeps a log from holding every event of every speaker exactly once. */
export class CompletenessCheck {
  readonly #seen = new Map<string, Set<number>>();
  readonly #twice: string[] = [];

  visit({ attributes }: EventEnvelope): void {
    const speaker = `${attributes.source} ${attributes.boot}`;
    const seqs = this.#seen.get(speaker) ?? new Set<number>();
    this.#seen.set(speaker, seqs);
    if (seqs.has(attributes.seq))
      this.#twice.push(`${speaker}: seq ${attributes.seq} stands twice`);
    seqs.add(attributes.seq);
  }

  /** Empty = nothing is wrong. */
  problems(): string[] {
    const holes = [...this.#seen].flatMap(([speaker, seqs]) => {
      let last = 0;
      for (const seq of seqs) last = Math.max(last, seq);
      return last === seqs.size ? [] : [`${speaker}: ${seqs.size} of ${last} events are there`];
    });
    return [...this.#twice, ...holes];
  }
}
