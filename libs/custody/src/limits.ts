/** Limits of the rules, version 1 (design, section 5, Completeness). */

/** Stream time after which a missing event is a gap and a closing run is no longer waited for. */
export const GAP_TIMEOUT_MS = 60_000;
/** Records of one source that wait for a lower seq; one more makes the lowest range a gap. */
export const PARKED_MAX = 4_096;
/** Assays kept in a lot's state, the newest; all are in the log. */
export const ASSAYS_KEPT = 64;
/** Seqs of a block of kept digests, and blocks kept a boot: 65,536 seqs. */
export const BLOCK_SEQS = 64;
export const BLOCKS_KEPT = 1_024;
/** Links kept after a hole in a boot's seal chain, and of all its incomplete seals. */
export const SEAL_LINKS_MAX = 1_024;
/** Chain values kept before the newest: a seal may say it covers that many events fewer. */
export const SEAL_TRAIL = 8;
/** Ranges of slots filled by rejects or voids, kept a boot; the lowest go first. */
export const REFUSED_RANGES_MAX = 1_024;
/** Equivocations and key changes remembered a boot. */
export const REMEMBERED_MAX = 64;
