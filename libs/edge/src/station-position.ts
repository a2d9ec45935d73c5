import { z } from 'zod';
import { PoisonError, parseJson } from '#contracts';

const bootPosition = z.object({
  boot: z.int().min(0),
  /** Highest seq up to which the ledger has committed every event or declared a gap. */
  position: z.int().min(0),
  /** Inclusive ranges of seqs at or below the position that are still missing. */
  openSlots: z.array(z.tuple([z.int().min(1), z.int().min(1)])),
});

/** Answer of `GET /v1/stations/{source}/position` (design, section 10). */
const stationPosition = z.object({ source: z.string(), boots: z.array(bootPosition) });

export type BootPosition = z.infer<typeof bootPosition>;
export type StationPosition = z.infer<typeof stationPosition>;

/** Reads the gateway's answer. Throws a PoisonError when it is something else. */
export function parsePosition(body: Buffer): StationPosition {
  const parsed = stationPosition.safeParse(parseJson(body));
  if (!parsed.success) throw new PoisonError(`position: ${parsed.error.message}`, 'data-invalid');
  return parsed.data;
}

const inOpenSlot = (position: BootPosition, seq: number): boolean =>
  position.openSlots.some(([first, last]) => first <= seq && seq <= last);

/** Where a seq stands: only what is `safe` may be forgotten (design, section 2, Durability). */
export function standing(
  position: BootPosition | undefined,
  seq: number,
): 'safe' | 'open-slot' | 'above' {
  if (position === undefined || seq > position.position) return 'above';
  return inOpenSlot(position, seq) ? 'open-slot' : 'safe';
}

/** What a spool knows of its newest boot when it is opened. */
export interface KnownBoot {
  readonly boot: number;
  /** 0: it died before it said `station.booted`, so nothing of this boot was ever sent. */
  readonly lastSeq: number;
}

/** Whether to go on with the boot of the spool or to begin one, and what the new one says. */
export type BootDecision =
  | { readonly kind: 'go-on' }
  | {
      readonly kind: 'new';
      readonly boot: number;
      readonly previousBoot: number | null;
      readonly previousLastSeq: number | 'unknown';
    };

/**
 * A new boot begins only when the spool was made anew, or the ledger knows more than the spool: a
 * higher boot, or more events of this boot, which means that the spool lost its tail and would give
 * a seq a second time. `position` is null when the gateway could not be asked.
 */
export function decideBoot(
  known: KnownBoot | null,
  position: StationPosition | null,
  nowSeconds: number,
): BootDecision {
  const highest = position?.boots.reduce((max, { boot }) => Math.max(max, boot), 0) ?? 0;
  const boot = Math.max(nowSeconds, highest + 1, (known?.boot ?? 0) + 1);
  if (known === null || known.lastSeq === 0 || highest > known.boot) {
    if (highest > 0) {
      return { kind: 'new', boot, previousBoot: highest, previousLastSeq: 'unknown' };
    }
    const previousLastSeq = known === null && position !== null ? 0 : 'unknown';
    return { kind: 'new', boot, previousBoot: null, previousLastSeq };
  }
  const same = position?.boots.find((candidate) => candidate.boot === known.boot);
  if (same === undefined || same.position <= known.lastSeq) return { kind: 'go-on' };
  return { kind: 'new', boot, previousBoot: known.boot, previousLastSeq: 'unknown' };
}
