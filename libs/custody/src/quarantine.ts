import type { DataOf, EventAttributes } from '#contracts';
import { raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import { isClosed, step } from './lot-states.js';
import { lotNamed, touch } from './lots.js';
import type { LotState } from './model.js';
import { lookedUp } from './working-set.js';

/** People who set a lot apart that are remembered. */
const ACTORS_MAX = 16;

interface Cause {
  readonly reason: string;
  readonly mandatory: boolean;
  readonly actor: string | null;
  /** The visit, run or lot that it comes from. */
  readonly from: string | null;
}

/** `lot.quarantined`: a person sets a lot apart. */
export function lotQuarantined(
  folding: Folding,
  { lotId, reason }: DataOf<'lotQuarantined'>,
  { source, actor }: EventAttributes,
): void {
  const lot = lotNamed(folding, lotId);
  quarantine(folding, lot, { reason, mandatory: false, actor: actor ?? source, from: null });
}

/**
 * Sets a lot apart, once more where it is. What is gone already cannot be; then its successor is,
 * and an exception says what was used or shipped.
 */
export function quarantine(folding: Folding, lot: LotState, cause: Cause): void {
  touch(folding, lot);
  const known = lot.quarantine;
  const isNews = known === null || (cause.mandatory && !known.mandatory);
  step(folding, lot, 'quarantined', cause.from ?? cause.actor ?? lot.lotId);
  const actors = (known?.actors ?? []).filter((actor) => actor !== cause.actor);
  if (cause.actor !== null) actors.push(cause.actor);
  lot.quarantine = {
    reason: isNews ? cause.reason : known.reason,
    mandatory: cause.mandatory || known?.mandatory === true,
    actors: actors.slice(-ACTORS_MAX),
    sinceIndex: known?.sinceIndex ?? folding.cause,
    useNoted: known?.useNoted ?? false,
  };
  if (isNews) {
    fact(folding, 'lotWasQuarantined', lot.lotId, {
      lotId: lot.lotId,
      reason: cause.reason,
      mandatory: cause.mandatory,
      ...(cause.from === null ? {} : { from: cause.from }),
    });
  }
  const next = isNews && isClosed(lot) ? lot.successor : null;
  if (next === null) return;
  const successor = lookedUp(folding.set.lots, next.lotId);
  if (successor !== null) inherit(folding, successor, lot);
}

/** What is made of a lot that is set apart is set apart with it. */
export function inherit(folding: Folding, lot: LotState, parent: LotState): void {
  if (parent.quarantine === null || parent === lot) return;
  const { mandatory } = parent.quarantine;
  quarantine(folding, lot, {
    reason: 'made-of-quarantined',
    mandatory,
    actor: null,
    from: parent.lotId,
  });
}

/**
 * A lot was fed to a run: noted at its first feed, and of one that is set apart once after that.
 * Says whether what the run makes is to be set apart from now on.
 */
export function noteUse(folding: Folding, lot: LotState, runId: string, isFirst: boolean): boolean {
  const kept = lot.status === 'quarantined' ? lot.quarantine : null;
  if (!isFirst && (kept === null || kept.useNoted)) return false;
  step(folding, lot, 'used', runId);
  if (kept !== null) kept.useNoted = true;
  return lot.quarantine !== null;
}

/**
 * `lot.released`: a request. Who asks MUST be named and be nobody who set the lot apart, and what
 * an alarm set apart is released on evidence alone; otherwise it is refused, and nothing changes.
 */
export function lotReleased(
  folding: Folding,
  { lotId, reason, evidence }: DataOf<'lotReleased'>,
  { source, actor }: EventAttributes,
): void {
  const lot = lotNamed(folding, lotId);
  const deed = lot.origin === 'provisional' ? 'released-unknown' : 'released';
  const problem = problemOf(lot, actor, evidence);
  if (problem !== null) {
    raise(folding, 'release-refused', lotId, { problem, by: (actor ?? source).slice(0, 160) });
    return;
  }
  step(folding, lot, deed, actor ?? source);
  if (lot.status === 'quarantined' || isClosed(lot)) return;
  lot.quarantine = null;
  fact(folding, 'lotWasReleased', lotId, {
    lotId,
    reason,
    ...(evidence === undefined ? {} : { evidence }),
  });
}

function problemOf(lot: LotState, actor?: string, evidence?: string): string | null {
  const { quarantine: kept, status } = lot;
  if (kept === null || status !== 'quarantined') return `it is ${status}, not set apart`;
  if (actor === undefined) return 'names no actor';
  if (kept.actors.includes(actor)) return 'asked by who set it apart';
  if (kept.mandatory && evidence === undefined) return 'no evidence: the quarantine is mandatory';
  return null;
}
