import { type DataOf, isPublicKey, verifyKeyChange } from '#contracts';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import type { BootState } from './model.js';

/**
 * The key that a station signs with at a seq, base64; null = the registry has no such station. A
 * `station.keychanged` counts from its seq on, and outlives versions of the registry that still
 * name a key of before. Where the registry names one that no change speaks of, the registry counts.
 */
export function publicKeyOf(
  folding: Folding,
  source: string,
  boot: number,
  seq: number,
): string | null {
  const { registry } = folding.site;
  const entry = registry?.stations.find((station) => station.source === source);
  const boots = folding.bootsOf.get(source) ?? [];
  const changes = boots.flatMap((state) =>
    (state.keyChanges ?? []).map((change) => ({ boot: state.boot, ...change })),
  );
  if (entry === undefined) return null;
  const { publicKey } = entry;
  if (!changes.some(({ from, to }) => from === publicKey || to === publicKey)) return publicKey;
  const last = changes.findLast(
    (change) => change.boot < boot || (change.boot === boot && change.seq < seq),
  );
  return last?.to ?? changes[0]!.from;
}

/** `station.keychanged`: the new key counts if the key before it says so. */
export function changeKey(
  folding: Folding,
  state: BootState,
  seq: number,
  { newPublicKey, signature }: DataOf<'stationKeychanged'>,
): void {
  const { source, boot } = state;
  const from = publicKeyOf(folding, source, boot, seq);
  const changes = state.keyChanges ?? [];
  const problem =
    from === null
      ? 'no-key'
      : !isPublicKey(newPublicKey)
        ? 'no-ed25519-key'
        : !verifyKeyChange(from, { source, newPublicKey }, signature)
          ? 'signature'
          : changes.length >= folding.limits.rememberedMax
            ? 'too-many'
            : null;
  if (from === null || problem !== null) {
    const figures = { boot: String(boot), seq: String(seq), problem: problem ?? 'no-key' };
    raise(folding, 'key-change-refused', source, figures);
    return;
  }
  const later = changes.findIndex((change) => change.seq > seq);
  state.keyChanges = changes.toSpliced(later < 0 ? changes.length : later, 0, {
    seq,
    from,
    to: newPublicKey,
  });
}
