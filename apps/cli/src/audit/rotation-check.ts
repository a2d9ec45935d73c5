import { hash } from 'node:crypto';
import type { Findings } from './findings.js';
import type { SignedHead } from './read-head.js';

/** An entry that adopts a key of the log. */
export interface KeyAdoption {
  /** SHA-256 of the vkey, hex. */
  readonly digest: string;
  readonly index: number;
}

/**
 * A log changes its key by its own word only: each key but the first was adopted by an entry that
 * stands below its first checkpoint and that the key before it has signed.
 */
export function checkRotations(
  heads: readonly SignedHead[],
  adoptions: readonly KeyAdoption[],
  findings: Findings,
): void {
  const signed = new Map<string, number[]>();
  for (const { vkeys, size } of [...heads].sort((a, b) => a.size - b.size)) {
    for (const vkey of vkeys) signed.set(vkey, [...(signed.get(vkey) ?? []), size]);
  }
  let before: readonly number[] | null = null;
  for (const [vkey, sizes] of signed) {
    const first = sizes[0]!;
    const known = before;
    before = sizes;
    if (known === null) continue;
    const digest = hash('sha256', vkey, 'hex');
    const isStated = adoptions.some(
      (adoption) =>
        adoption.digest === digest &&
        adoption.index < first &&
        known.some((size) => size > adoption.index),
    );
    if (isStated) continue;
    const what = `size ${first} is signed by ${vkey}, which no entry under the key before adopts`;
    findings.add('key-rotation', first, what);
  }
}
