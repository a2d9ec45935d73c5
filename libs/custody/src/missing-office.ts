import type { StreamRecord } from './model.js';

/** What requests of the office want looked up. */
export class OfficeWants {
  readonly claims = new Set<string>();
  /** Lots of which all claims are wanted. */
  readonly claimedLots = new Set<string>();
  readonly exceptions = new Set<string>();
  balances = false;

  collect({ typed }: StreamRecord): void {
    if (typed.key === 'claimRequested') {
      this.claims.add(typed.data.claimId);
      if (typed.data.lotId !== undefined) this.claimedLots.add(typed.data.lotId);
    } else if (typed.key === 'exceptionAcknowledged' || typed.key === 'exceptionClosedByOffice') {
      this.exceptions.add(typed.data.exceptionId);
    } else if (typed.key === 'periodClosing') this.balances = true;
  }
}
