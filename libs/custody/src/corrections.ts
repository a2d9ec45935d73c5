import type { Buffer } from 'node:buffer';
import { type DataOf, type EventAttributes, decodeEntry, siteOf } from '#contracts';
import { supersede } from './affected.js';
import { bodyOf, correctionKey } from './correction-bodies.js';
import { planOf, strayProblem } from './correction-plans.js';
import { decodeRecord } from './decode-record.js';
import { refuseRequest } from './exceptions.js';
import { factSource } from './facts.js';
import type { Folding } from './folding.js';
import type { StreamRecord } from './model.js';
import { type BookedData, isBooked, namedIds } from './named-ids.js';
import type { CorrectionState } from './office-model.js';
import { lookedUp } from './working-set.js';

type Correction = DataOf<'eventCorrected'>;

/** What an event says, by what the office says of it now; null = it did not occur. */
interface Correcting {
  readonly original: StreamRecord;
  readonly key: BookedData['key'];
  readonly before: BookedData | null;
  readonly after: BookedData | null;
}

/**
 * `event.corrected`: posts the difference between what an event said and what it should have said,
 * here and now, that is in the open period. History stays: the entry in the log, the postings it
 * made, and what was made of its mass since. Whatever rests on it is told so. A correction that
 * cannot be booked changes nothing and says why.
 */
export function eventCorrected(
  folding: Folding,
  correction: Correction,
  attributes: EventAttributes,
): void {
  const { errs } = correction;
  const about = `${errs.source} ${errs.id}`;
  const refuse = (problem: string): void => {
    refuseRequest(folding, about, { request: 'event.corrected', problem });
  };
  const correcting = read(folding, correction);
  if (typeof correcting === 'string') {
    refuse(correcting);
    return;
  }
  const { original, key, before, after } = correcting;
  const planned = planOf(folding, { errs: errs.logIndex, original, key }, before, after);
  if (typeof planned === 'string') {
    refuse(planned);
    return;
  }
  const problem = approvalProblem(folding, correction, attributes, planned.movedMg);
  if (problem !== null) {
    refuse(problem);
    return;
  }
  planned.apply();
  keep(folding, correction, original);
  const subject = original.attributes.subject;
  supersede(folding, { errs: errs.logIndex, subject, movedMg: planned.movedMg }, planned.lots);
}

/** A value that explains itself when there is nothing that could be corrected. */
function read(folding: Folding, correction: Correction): Correcting | string {
  const { errs } = correction;
  const original = entryAt(folding, errs.logIndex);
  if (original === null) return `no event stands at ${errs.logIndex}`;
  const { attributes, typed } = original;
  const { source, boot, seq, type } = attributes;
  if (source !== errs.source || `${boot}.${seq}` !== errs.id || type !== errs.type) {
    return `at ${errs.logIndex} stands ${type} ${source} ${boot}.${seq}`;
  }
  if (!isBooked(typed)) return 'it moved nothing; send the right one';
  const unbooked = strayProblem(folding, original);
  if (unbooked !== null) return unbooked;
  const known = lookedUp(folding.set.office.corrections, correctionKey(errs));
  const before = known === null ? typed : bodyOf(errs.type, known.corrected);
  const after = bodyOf(errs.type, correction.corrected ?? null);
  if (typeof before === 'string') return before;
  if (typeof after === 'string') return after;
  const foreign = after === null ? undefined : foreignIn(folding, after);
  if (foreign !== undefined) return `of another site: ${foreign}`;
  return { original, key: typed.key, before, after };
}

/** The event at a log index: of an earlier commit, or of this call. Null: there is none. */
function entryAt(folding: Folding, index: number): StreamRecord | null {
  const stored = folding.set.office.originals.get(index);
  if (stored !== undefined) return stored;
  const entry = folding.entries[index - folding.firstIndex];
  return entry === undefined ? null : originalOf(entry);
}

/** What stands in an entry; null when it is the ledger's own, and not that of another site. */
export function originalOf(entry: Buffer): StreamRecord | null {
  const { attributes, data } = decodeEntry(entry);
  if (attributes.source === factSource(attributes.siteid)) return null;
  // Its time moved stream time long ago.
  return decodeRecord({ attributes, value: data, ingestTimeMs: 0 });
}

function foreignIn({ site }: Folding, typed: BookedData): string | undefined {
  const { lots, runs, visits, shipments } = namedIds(typed);
  return [...lots, ...runs, ...visits, ...shipments].find((id) => siteOf(id) !== site.siteId);
}

/** Above the limit of the rules it takes two. */
function approvalProblem(
  { limits }: Folding,
  { approvedBy }: Correction,
  { actor }: EventAttributes,
  movedMg: bigint,
): string | null {
  if (movedMg <= BigInt(limits.correctionLimitMg)) return null;
  if (actor !== undefined && approvedBy !== undefined && approvedBy !== actor) return null;
  return `${movedMg} mg is above ${limits.correctionLimitMg}: a second actor must approve`;
}

function keep(folding: Folding, { errs, corrected }: Correction, original: StreamRecord): void {
  const { source, boot, seq } = original.attributes;
  const state: CorrectionState = {
    source,
    boot,
    seq,
    errs: errs.logIndex,
    corrected: corrected ?? null,
    changedIndex: folding.cause,
  };
  folding.set.office.corrections.set(correctionKey(errs), state);
  folding.corrections.set(correctionKey(errs), state);
}
