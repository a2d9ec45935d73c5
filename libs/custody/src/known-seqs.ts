import type { Buffer } from 'node:buffer';
import { type EventDigests, invariant } from '#contracts';
import { raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import { keptDigest } from './kept-digests.js';
import { BLOCKS_KEPT, BLOCK_SEQS } from './limits.js';
import type { BootState, SeqRange, StreamRecord } from './model.js';
import { keptOf, linkOf, saidDigests } from './said-digests.js';
import { addRange, holds, includesSeq, takeSeq } from './slots.js';
import { parkedKey } from './working-set.js';

/** What a record is whose seq is known: a copy, what a refused slot waits for, or a contradiction. */
type Again = 'duplicate' | 'replay' | 'equivocation';

/**
 * Compares a record with what is kept of its seq. A copy is counted. Other bytes are a fact and an
 * exception, once, and nothing is booked. `replay`: it is what a reject or void stands for, and is
 * to be entered. A void that names what is kept is a copy too: bytes were accepted, the answer was
 * lost, and when they were sent again stricter rules refused them. What the log has stands.
 */
export function judgeKnown(folding: Folding, state: BootState, record: StreamRecord): Again {
  const { seq } = record.attributes;
  const said = saidDigests(record);
  const kept = keptOfKnown(folding, state, seq);
  if (kept === null || said === null) {
    countCopy(folding, state);
    state.unverified = (state.unverified ?? 0) + 1;
    folding.counts.unverified++;
    return 'duplicate';
  }
  const found = keptOf(linkOf(said));
  if (!kept.equals(found)) return equivocate(folding, state, record, { said, kept });
  if (isAwaited(state, record)) return 'replay';
  takePlaceOfMark(folding, state, record);
  countCopy(folding, state);
  return 'duplicate';
}

/**
 * A mark that still waits for a lower seq gives way to what it stands for, which would be lost as a
 * copy of it. The mark is the one that is counted then.
 */
function takePlaceOfMark(folding: Folding, state: BootState, record: StreamRecord): void {
  const { source, boot } = state;
  const { seq } = record.attributes;
  const waiting = folding.set.parked.get(parkedKey(source, boot, seq));
  if (waiting === undefined || !standsFor(waiting.record, record)) return;
  const { ingestTimeMs } = waiting.record;
  folding.repark({ source, boot, seq, record: { ...record, ingestTimeMs } });
}

/** A reject gives way to the station's void and to the bytes, a void to the bytes. */
const standsFor = ({ typed: mark }: StreamRecord, { typed }: StreamRecord): boolean =>
  typed.key !== 'recordRejected' &&
  (mark.key === 'recordRejected' || (mark.key === 'eventVoided' && typed.key !== 'eventVoided'));

export function countCopy(folding: Folding, state: BootState): void {
  state.duplicates++;
  folding.counts.duplicates++;
}

function keptOfKnown(folding: Folding, state: BootState, seq: number): Buffer | null {
  if (!includesSeq(state.parkedSeqs, seq)) return keptDigest(folding, state, seq);
  const parked = folding.set.parked.get(parkedKey(state.source, state.boot, seq));
  invariant(parked !== undefined, `the parked record ${seq} of ${state.source} was not loaded`);
  const said = saidDigests(parked.record);
  return said === null ? null : keptOf(linkOf(said));
}

/** A slot of a reject waits for its bytes and for the station's void, one of a void for its bytes. */
function isAwaited(state: BootState, { typed, attributes }: StreamRecord): boolean {
  const { seq } = attributes;
  if (typed.key === 'recordRejected') return false;
  const rejected = state.rejectedSlots !== undefined && holds(state.rejectedSlots, seq);
  if (typed.key === 'eventVoided') return rejected;
  return rejected || (state.voidedSlots !== undefined && holds(state.voidedSlots, seq));
}

/** Notes what fills a slot: bytes settle it, a void or reject leaves it open for what it names. */
export function noteFilling(
  { limits }: Folding,
  state: BootState,
  { typed, attributes }: StreamRecord,
): void {
  const { seq } = attributes;
  const ranges = limits.refusedRangesMax;
  if (state.rejectedSlots !== undefined) takeSeq(state.rejectedSlots, seq);
  if (state.voidedSlots !== undefined) takeSeq(state.voidedSlots, seq);
  if (typed.key === 'recordRejected')
    state.rejectedSlots = opened(state.rejectedSlots, seq, ranges);
  if (typed.key === 'eventVoided') state.voidedSlots = opened(state.voidedSlots, seq, ranges);
}

/** Below the window of kept digests nothing can be told apart any more. */
function opened(
  slots: readonly SeqRange[] | undefined,
  seq: number,
  rangesMax: number,
): SeqRange[] {
  const still = (slots ?? []).filter(({ last }) => last > seq - BLOCKS_KEPT * BLOCK_SEQS);
  addRange(still, { first: seq, last: seq });
  return still.slice(-rangesMax);
}

/** States once that `said` was said beside what is kept. */
function equivocate(
  folding: Folding,
  state: BootState,
  { attributes: { seq, traceparent } }: StreamRecord,
  digests: { readonly said: EventDigests; readonly kept: Buffer },
): Again {
  const { source, boot } = state;
  const known = digests.kept.toString('hex');
  const found = keptOf(linkOf(digests.said)).toString('hex');
  const name = `${seq} ${found}`;
  if (state.equivocations?.includes(name) === true) {
    countCopy(folding, state);
    return 'duplicate';
  }
  state.equivocations = [...(state.equivocations ?? []), name].slice(-folding.limits.rememberedMax);
  folding.counts.equivocations++;
  // The record itself is not in the log.
  folding.restOnNewestEntry();
  folding.traceparent = traceparent;
  fact(folding, 'equivocationFound', source, {
    station: source,
    boot,
    seq,
    known,
    found,
    foundAttributesSha256: digests.said.attributes.toString('hex'),
    foundDataSha256: digests.said.data.toString('hex'),
  });
  raise(folding, 'equivocation', source, { boot: String(boot), seq: String(seq), known, found });
  return 'equivocation';
}
