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
  readonly entries: readonly EventEnvelope[];
}

const BUNDLE_ENTRIES = 256;

async function get(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response;
}

/**
 * Reads a site's whole log through its public paths, checks the checkpoint's signature with the key
 * at `/log/{site}/key`, and that all entries together hash to the signed root.
 */
export async function walkLog(apiUrl: string, siteId: string): Promise<WalkedLog> {
  const log = `${apiUrl}/log/${siteId}`;
  const vkey = (await (await get(`${log}/key`)).text()).trim();
  const note = new Uint8Array(await (await get(`${log}/checkpoint`)).arrayBuffer());
  const origin = vkey.slice(0, vkey.indexOf('+'));
  const checkpoint = openCheckpoint(note, origin, [ed25519Verifier(vkey)]);
  const entries: EventEnvelope[] = [];
  let frontier = emptyFrontier();
  for (let first = 0; first < checkpoint.size; first += BUNDLE_ENTRIES) {
    const width = Math.min(BUNDLE_ENTRIES, checkpoint.size - first);
    const path = entriesPath(first / BUNDLE_ENTRIES, width);
    const bundle = decodeBundle(new Uint8Array(await (await get(`${log}/${path}`)).arrayBuffer()));
    frontier = integrate(
      frontier,
      bundle.map((entry) => leafHash(entry)),
    ).frontier;
    for (const entry of bundle) entries.push(decodeEntry(Buffer.from(entry)));
  }
  const root = frontierRoot(frontier);
  if (!equalBytes(root, checkpoint.root)) {
    throw new Error(`${siteId}: the entries do not hash to the signed root`);
  }
  return { siteId, size: checkpoint.size, root, entries };
}

/** What keeps the log from holding every event exactly once; empty = nothing. */
export function completenessProblems(log: WalkedLog): string[] {
  const seen = new Map<string, Set<number>>();
  const problems: string[] = [];
  for (const { attributes } of log.entries) {
    const speaker = `${attributes.source} ${attributes.boot}`;
    const seqs = seen.get(speaker) ?? new Set<number>();
    seen.set(speaker, seqs);
    if (seqs.has(attributes.seq)) problems.push(`${speaker}: seq ${attributes.seq} stands twice`);
    seqs.add(attributes.seq);
  }
  for (const [speaker, seqs] of seen) {
    let last = 0;
    for (const seq of seqs) last = Math.max(last, seq);
    if (last !== seqs.size) problems.push(`${speaker}: ${seqs.size} of ${last} events are there`);
  }
  return problems;
}
