/**
 * Leaves out what a failure does not need: halves, then quarters, down to single commands. `fails`
 * MUST be true of `all`.
 */
export function smallest<Item>(
  all: readonly Item[],
  fails: (some: readonly Item[]) => boolean,
): readonly Item[] {
  let kept = all;
  for (let length = kept.length; length >= 1; length = Math.floor(length / 2)) {
    for (let at = 0; at < kept.length;) {
      const fewer = kept.toSpliced(at, length);
      if (fails(fewer)) kept = fewer;
      else at += length;
    }
  }
  return kept;
}
