import { type ShiftLimits, digestOf } from '#materials';

/**
 * Limits of the rules, by version (design, section 5, "Same stream, same root"). A version never
 * changes once a log was written under it: another figure is another version, adopted by
 * `rules.adopted` at a log index.
 */
export interface Limits {
  /** Stream time after which a missing event is a gap and a closing run is no longer waited for. */
  readonly gapTimeoutMs: number;
  /** Differences of one correction, together; above it a second actor must approve. */
  readonly correctionLimitMg: number;
  /** Records of one source that wait for a lower seq; one more makes the lowest range a gap. */
  readonly parkedMax: number;
  /** Assays kept in a lot's state, the newest; all are in the log. */
  readonly assaysKept: number;
  /** Sensors, each under one calibration, whose readings a lot or an outlet of a run keeps apart. */
  readonly sensorsMax: number;
  /** Calibrations of a site's sensors that are remembered, the newest. */
  readonly calibrationsMax: number;
  /** Loads and returns of one shipment that are booked, and that wait for its dispatch. */
  readonly receiptsMax: number;
  /** Links kept after a hole in a boot's seal chain, and of all its incomplete seals. */
  readonly sealLinksMax: number;
  /** Chain values kept before the newest: a seal may say it covers that many events fewer. */
  readonly sealTrail: number;
  /** Ranges of slots filled by rejects or voids, kept a boot; the lowest go first. */
  readonly refusedRangesMax: number;
  /** Equivocations and key changes remembered a boot. */
  readonly rememberedMax: number;
  /** By what the estimated and the weighed mass of an outlet may differ (`estimates.ts`). */
  readonly estimates: EstimateLimits;
  /** When a scale has shifted for good (`scale-watches.ts`), in standard uncertainties. */
  readonly shift: ShiftLimits;
  /** SHA-256 over the references of the books of grades: what a lot is held against is a rule. */
  readonly gradeBooks: string;
}

export interface EstimateLimits {
  /** Of what a sorter means to go to an outlet, the share that goes to another (standard). */
  readonly missedPpm: number;
  /** Of what it means to go to all other outlets, the share that goes to this one (standard). */
  readonly strayPpm: number;
  /** No difference below it is one, whatever uncertainties are stated. */
  readonly floorMg: number;
}

/** The versions that a ledger has. */
export type RuleVersions = ReadonlyMap<number, Limits>;

/** In force before the first `rules.adopted`. */
export const FIRST_RULES = 1;

export const RULES: RuleVersions = new Map([
  [
    FIRST_RULES,
    {
      gapTimeoutMs: 60_000,
      // Assumed: a tonne is what one person may put right alone.
      correctionLimitMg: 1_000_000_000,
      parkedMax: 4_096,
      assaysKept: 64,
      sensorsMax: 64,
      calibrationsMax: 32,
      receiptsMax: 256,
      sealLinksMax: 1_024,
      sealTrail: 8,
      refusedRangesMax: 1_024,
      rememberedMax: 64,
      // Assumed, from the 90 to 99 % of purity and recovery that vendors of sorters publish, and a
      // floor scale's interval of a kilogram.
      estimates: { missedPpm: 50_000, strayPpm: 5_000, floorMg: 1_000_000 },
      shift: { slack: 0.5, alarmAbove: 8, stepMax: 4 },
      gradeBooks: 'de85ea323a25043702c9048c7980fd41c8354774a904b7ba7ed932db98dc35ab',
    },
  ],
]);

/** SHA-256 of the canonical JSON of a version's limits, hex. */
export const rulesDigest = (limits: Limits): string => digestOf(limits);

/** Seqs of a block of kept digests, and blocks kept a boot: 65,536 seqs. How they are stored. */
export const BLOCK_SEQS = 64;
export const BLOCKS_KEPT = 1_024;

/** Runs that may have filled a lot whose readings are held against its assays; more are not waited for. */
export const FILLERS_MAX = 16;
