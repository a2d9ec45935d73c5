import { asBooked, correctedBody, correctionKey } from './correction-bodies.js';
import type { StreamRecord, WorkingSet } from './model.js';
import type { BookedData } from './named-ids.js';

/** What requests of the office want looked up. */
export class OfficeWants {
  readonly claims = new Set<string>();
  /** Lots of which all claims are wanted. */
  readonly claimedLots = new Set<string>();
  readonly exceptions = new Set<string>();
  readonly corrections = new Set<string>();
  readonly originals = new Set<number>();
  balances = false;

  constructor(private readonly set: WorkingSet) {}

  /** Events that a correction speaks of, as far as they are known: what they name is wanted too. */
  collect({ typed }: StreamRecord): readonly BookedData[] {
    if (typed.key === 'claimRequested') {
      this.claims.add(typed.data.claimId);
      if (typed.data.lotId !== undefined) this.claimedLots.add(typed.data.lotId);
    } else if (typed.key === 'exceptionAcknowledged' || typed.key === 'exceptionClosedByOffice') {
      this.exceptions.add(typed.data.exceptionId);
    } else if (typed.key === 'periodClosing') {
      this.balances = true;
    } else if (typed.key === 'eventCorrected') {
      const { errs, corrected } = typed.data;
      const { office, site } = this.set;
      const key = correctionKey(errs);
      this.corrections.add(key);
      // What is not stored yet is of this very batch, and names its own.
      if (errs.logIndex < site.treeSize) this.originals.add(errs.logIndex);
      const original = office.originals.get(errs.logIndex)?.typed;
      return [
        correctedBody(errs.type, corrected),
        correctedBody(errs.type, office.corrections.get(key)?.corrected),
        original === undefined ? null : asBooked(original),
      ].filter((body) => body !== null);
    }
    return [];
  }
}
