import { CUSTODY_MODELS, type ClaimModel, type CustodyModel } from '#contracts';
import type { ClaimState, FoldResult, WorkingSet } from '#custody';
import { same } from './check.js';
import type { PostingsCheck } from './postings-check.js';

const weakness = (model: ClaimModel | CustodyModel): number => CUSTODY_MODELS.indexOf(model);

/** I9, that claims and lots only go down, and I10, that nothing is claimed beyond the credits. */
export class ClaimsCheck {
  private readonly claims = new Map<string, Pick<ClaimState, 'model' | 'status'>>();
  private readonly custody = new Map<string, CustodyModel>();

  constructor(private readonly postings: PostingsCheck) {}

  take({ changed }: FoldResult, set: WorkingSet): void {
    for (const { lotId, custody } of changed.lots) {
      if (custody === null) continue;
      const before = this.custody.get(lotId) ?? custody.model;
      same(weakness(custody.model) >= weakness(before), true, 'I9: raised', lotId);
      this.custody.set(lotId, custody.model);
    }
    for (const claim of changed.claims) this.takeClaim(claim);
    this.checkHeld(set);
    this.checkCredits(set);
  }

  private takeClaim({ claimId, model, status }: ClaimState): void {
    const before = this.claims.get(claimId) ?? { model, status: 'issued' };
    same(weakness(model) >= weakness(before.model), true, 'I9: raised', claimId);
    same(before.status === 'retired' && status !== 'retired', false, 'I9: alive again', claimId);
    same(status !== 'retired' || model === 'book-and-claim', true, 'I9: a unit', claimId);
    this.claims.set(claimId, { model, status });
  }

  /** Every claim stands in one account, whole. */
  private checkHeld({ office }: WorkingSet): void {
    const held = new Map<string, bigint>();
    for (const claim of office.claims.values()) {
      if (claim === null) continue;
      const { claimId, lotId, characteristic, status, massMg } = claim;
      const account =
        status === 'retired'
          ? `C:retired:${characteristic}`
          : lotId === null
            ? `C:unit:${claimId}`
            : `C:claim:${lotId}:${characteristic}`;
      held.set(account, (held.get(account) ?? 0n) + massMg);
    }
    for (const [account, balance] of this.postings.balances) {
      if (/^C:(retired|unit|claim):/.test(account)) {
        same(balance, held.get(account) ?? 0n, 'I9: claims in', account);
      }
    }
    for (const [account, massMg] of held) {
      same(this.postings.balanceOf(account), massMg, 'I9: claims in', account);
    }
  }

  /** Credits are what the certified factor makes of the input, and of a closed period none. */
  private checkCredits({ office, site }: WorkingSet): void {
    for (const { characteristic, period, accruals, balance } of office.credits.values()) {
      const account = `C:credit:${characteristic}:${period}`;
      const leftMg = this.postings.balanceOf(account);
      same(balance.debitsMg - balance.creditsMg, leftMg, 'I10', account);
      if (period < site.policy.period) same(leftMg, 0n, 'I10: closed', account);
      for (const { numerator, denominator, eligibleMg, creditedMg } of accruals) {
        const dueMg = eligibleMg * BigInt(numerator);
        const isFloor =
          creditedMg * BigInt(denominator) <= dueMg &&
          (creditedMg + 1n) * BigInt(denominator) > dueMg;
        same(isFloor, true, 'I10: factor', account);
      }
    }
  }
}
