/** Limits of the rules, version 1 (design, section 5, Completeness). */

/** Stream time after which a missing event is a gap and a closing run is no longer waited for. */
export const GAP_TIMEOUT_MS = 60_000;
/** Records of one source that wait for a lower seq; one more makes the lowest range a gap. */
export const PARKED_MAX = 4_096;
/** Assays kept in a lot's state, the newest; all are in the log. */
export const ASSAYS_KEPT = 64;
