import { OWN_SOURCE, encodeEntry, invariant } from '#contracts';
import { strikeReached } from './balance.js';
import { book } from './booking.js';
import { enteredForm } from './confidential.js';
import { raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import { keepDigest } from './kept-digests.js';
import { countCopy, judgeKnown, noteFilling } from './known-seqs.js';
import type { BootState, SeqRange, StreamRecord } from './model.js';
import { keptOf, linkOf, saidDigests } from './said-digests.js';
import { checkSeal, linkEvent } from './seals.js';
import { addRange, holds, includesSeq, insertSeq, takeSeq } from './slots.js';
import { changeKey } from './station-keys.js';
import { bootKey, openBoot, parkedKey } from './working-set.js';

export type GapReason = 'timeout' | 'parking-full' | 'boot-changed';

/**
 * Completeness of each (source, boot) (design, section 5): the next seq is entered, a known one is
 * compared and dropped, a higher one waits, an open slot is filled late. A boot has spoken once its
 * first event is entered; what of a lower boot comes then is either a slot it left open, or known,
 * or a stray, which is entered with an exception and not booked.
 */
export function arrive(folding: Folding, record: StreamRecord): void {
  const { source, boot, seq } = record.attributes;
  const state = bootNamed(folding, source, boot);
  folding.boots.add(state);
  if (takeSeq(state.openSlots, seq)) {
    folding.counts.lateFills++;
    enter(folding, state, record, 'late');
  } else if (isKnown(state, seq)) {
    if (isOwn(source, boot)) countCopy(folding, state);
    else if (judgeKnown(folding, state, record) === 'replay') {
      folding.counts.lateFills++;
      enter(folding, state, record, 'late');
    }
  } else if (isOwn(source, boot)) {
    // Its seqs come from offsets of a topic, so they grow and have holes.
    state.position = seq;
    enter(folding, state, record, 'next');
  } else if (boot < newestSpoken(folding, source)) {
    const isOpen = state.openAbove === true;
    const ranges = isOpen ? (state.filledAbove ??= []) : (state.strays ??= []);
    addRange(ranges, { first: seq, last: seq });
    if (isOpen) folding.counts.lateFills++;
    enter(folding, state, record, isOpen ? 'late' : 'stray');
  } else if (seq === state.position + 1) {
    accept(folding, state, record);
    release(folding, state);
  } else {
    park(folding, state, record);
  }
}

/** Gateway and classifier speak for themselves, boot 0, where a record's own headers are unreadable. */
const isOwn = (source: string, boot: number): boolean =>
  boot === 0 && OWN_SOURCE.test(source) && !source.endsWith('/ledger');

const isKnown = (state: BootState, seq: number): boolean =>
  seq <= state.position || includesSeq(state.parkedSeqs, seq) || holds(aboveOf(state), seq);

/** What is in the log above the position of a boot after which a higher one has spoken. */
const aboveOf = ({ strays = [], filledAbove = [] }: BootState): readonly SeqRange[] => [
  ...strays,
  ...filledAbove,
];

export function bootNamed(folding: Folding, source: string, boot: number): BootState {
  const key = bootKey(source, boot);
  const known = folding.set.boots.get(key);
  if (known !== undefined) return known;
  const state = openBoot(source, boot);
  folding.set.boots.set(key, state);
  folding.knowBoot(state);
  return state;
}

/** The highest boot of which an event or gap is in the log; 0 = none. */
const newestSpoken = (folding: Folding, source: string): number =>
  folding.bootsOf.get(source)?.findLast(({ position }) => position > 0)?.boot ?? 0;

/** Enters the record at the next seq. What a lower boot still had parked comes before it. */
export function accept(folding: Folding, state: BootState, record: StreamRecord): void {
  closeLowerBoots(folding, state);
  state.position = record.attributes.seq;
  enter(folding, state, record, 'next');
}

function enter(
  folding: Folding,
  state: BootState,
  record: StreamRecord,
  how: 'next' | 'late' | 'stray',
): void {
  const { attributes } = record;
  const { source, boot, seq } = attributes;
  const form = enteredForm(folding, record);
  folding.cause = folding.append(encodeEntry(form.attributes, form.data));
  folding.traceparent = attributes.traceparent;
  folding.counts.accepted++;
  folding.boots.add(state);
  state.accepted++;
  state.lastTime = attributes.time;
  if (how === 'stray') {
    raise(folding, 'lower-boot', source, { boot: String(boot), seq: String(seq) });
    if (!isOwn(source, boot)) remember(folding, state, record);
    return;
  }
  if (how === 'late') fact(folding, 'gapFilled', source, { station: source, boot, seq });
  book(folding, record);
  if (!isOwn(source, boot)) remember(folding, state, record);
  openPreviousBoot(folding, record);
  strikeReached(folding);
}

/** Keeps the digest, checks a seal and a change of key, and adds the event to the seal chain. */
function remember(folding: Folding, state: BootState, record: StreamRecord): void {
  const { typed, attributes } = record;
  const { seq } = attributes;
  noteFilling(folding, state, record);
  if (typed.key === 'stationSealed') checkSeal(folding, state, seq, typed.data);
  if (typed.key === 'stationKeychanged') changeKey(folding, state, seq, typed.data);
  const said = saidDigests(record);
  // A reject that names no digests leaves a hole in the chain.
  if (said === null) return;
  const link = linkOf(said);
  keepDigest(folding, state, seq, keptOf(link));
  linkEvent(folding, state, seq, link);
}

/**
 * `station.booted` says where the boot before ended: what is missing of it may still come late.
 * After `unknown` everything above its position may.
 */
function openPreviousBoot(folding: Folding, { typed, attributes }: StreamRecord): void {
  if (typed.key !== 'stationBooted') return;
  const { previousBoot, previousLastSeq } = typed.data;
  if (previousBoot === null) return;
  if (previousBoot >= attributes.boot) {
    raise(folding, 'body-invalid', attributes.source, { problem: 'previousBoot: not before boot' });
    return;
  }
  const previous = bootNamed(folding, attributes.source, previousBoot);
  if (previousLastSeq === 'unknown') {
    previous.openAbove = true;
    folding.boots.add(previous);
  } else declareGap(folding, previous, previousLastSeq, 'boot-changed');
}

/** Everything above the position up to `last` is a gap, open for a late fill. */
export function declareGap(
  folding: Folding,
  state: BootState,
  last: number,
  reason: GapReason,
): void {
  const { source, boot, position } = state;
  if (last <= position) return;
  const firstSeq = position + 1;
  addRange(state.openSlots, { first: firstSeq, last });
  // What came above the position before is in the log, and no slot of it is open.
  for (const above of aboveOf(state)) {
    for (let seq = above.first; seq <= Math.min(above.last, last); seq++) {
      takeSeq(state.openSlots, seq);
    }
  }
  state.position = last;
  folding.boots.add(state);
  folding.counts.gaps++;
  fact(folding, 'gapDeclared', source, { station: source, boot, firstSeq, lastSeq: last, reason });
}

/** Gives up waiting for the lowest missing range of a boot and releases what waited for it. */
export function gapLowest(folding: Folding, state: BootState, reason: GapReason): void {
  folding.restOnNewestEntry();
  const lowest = state.parkedSeqs[0];
  invariant(lowest !== undefined, `nothing waits at ${state.source} ${state.boot}`);
  declareGap(folding, state, lowest - 1, reason);
  strikeReached(folding);
  release(folding, state);
}

function closeLowerBoots(folding: Folding, state: BootState): void {
  // Once this boot has spoken, a lower one can park no more.
  if (state.accepted > 0) return;
  for (const lower of [...(folding.bootsOf.get(state.source) ?? [])]) {
    if (lower.boot >= state.boot) return;
    while (lower.parkedSeqs.length > 0) gapLowest(folding, lower, 'boot-changed');
  }
}

function park(folding: Folding, state: BootState, record: StreamRecord): void {
  const { source, boot, seq } = record.attributes;
  insertSeq(state.parkedSeqs, seq);
  folding.park({ source, boot, seq, record });
  folding.counts.parked++;
  state.missingSinceMs ??= folding.site.streamTimeMs;
  folding.wakeBy(state.missingSinceMs + folding.limits.gapTimeoutMs);
  const boots = folding.bootsOf.get(source) ?? [];
  const parked = boots.reduce((seqs, { parkedSeqs }) => seqs + parkedSeqs.length, 0);
  const lowest = boots.find(({ parkedSeqs }) => parkedSeqs.length > 0);
  if (parked > folding.limits.parkedMax && lowest !== undefined)
    gapLowest(folding, lowest, 'parking-full');
}

/** Enters what waited and is next now, in the order of its seqs. */
function release(folding: Folding, state: BootState): void {
  const { source, boot, parkedSeqs } = state;
  while (parkedSeqs[0] === state.position + 1) {
    const seq = parkedSeqs.shift()!;
    const key = parkedKey(source, boot, seq);
    const parked = folding.set.parked.get(key);
    invariant(parked !== undefined, `the parked record ${key} was not loaded`);
    folding.unpark(key, parked);
    accept(folding, state, parked.record);
  }
  if (parkedSeqs[0] === undefined) {
    state.missingSinceMs = null;
    return;
  }
  // The next range has been missing at the latest since the record above it came.
  const above = folding.set.parked.get(parkedKey(source, boot, parkedSeqs[0]));
  invariant(above !== undefined, `the parked record ${parkedSeqs[0]} of ${source} was not loaded`);
  state.missingSinceMs = above.record.ingestTimeMs;
  folding.wakeBy(state.missingSinceMs + folding.limits.gapTimeoutMs);
}
