import type { ClaimMethod, ClaimModel, ConversionFactor, ExceptionCode } from '#contracts';
import type { RuleVersions } from './limits.js';
import type { Calibration } from './reading-model.js';
import type { StreamRecord } from './stream-record.js';
import type { AccountKey, Turnover } from './turnover.js';

/** States that the office's requests make: policy, credits, claims, exceptions, periods. */

/** What the office has put in force at a site. */
export interface SitePolicy {
  /** Version of the rules. */
  rules: number;
  /** Number of the open period, from 1, and the log index from which on postings are of it. */
  period: number;
  periodFrom: number;
  /** Null: nothing gives credits. */
  conversion: {
    readonly version: number;
    readonly digest: string;
    readonly factors: readonly ConversionFactor[];
  } | null;
  /** Of the site's sensors, the newest last. Absent = none. */
  calibrations?: readonly Calibration[];
}

/** A version of a reference book that the log says is in force from an entry on. */
export interface AdoptedBook {
  readonly reference: 'book' | 'recipe' | 'prices';
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly logIndex: number;
}

/** Credits of one characteristic in one period: account `C:credit:<characteristic>:<period>`. */
export interface CreditState {
  readonly characteristic: string;
  readonly period: number;
  /** Of its first claim; a period has one. */
  method: ClaimMethod | null;
  /** Eligible input and what it gave, by version of the factor, so that nothing is rounded twice. */
  accruals: {
    readonly version: number;
    readonly numerator: number;
    readonly denominator: number;
    eligibleMg: bigint;
    creditedMg: bigint;
  }[];
  /** Input of the characteristic's stream, eligible or not. */
  inputMg: bigint;
  balance: Turnover;
  /** What was withdrawn after it had been claimed; later credits settle it first. */
  owedMg: bigint;
  changedIndex: number;
}

/** A claim; `massMg` never changes. */
export interface ClaimState {
  readonly claimId: string;
  status: 'issued' | 'retired';
  model: ClaimModel;
  readonly characteristic: string;
  /** Null: a unit of book and claim, its serial is `claimId`. */
  lotId: string | null;
  readonly massMg: bigint;
  readonly period: number;
  readonly method: ClaimMethod;
  /** What it rests on was corrected. */
  doubtful: boolean;
  beneficiary: string | null;
  /** Of its newest `claim.issued`. */
  factSeq: number;
  readonly issuedIndex: number;
  changedIndex: number;
}

export interface ExceptionState {
  readonly exceptionId: string;
  readonly code: ExceptionCode;
  readonly severity: 'notice' | 'warning' | 'critical';
  readonly about: string;
  readonly figures: Readonly<Record<string, string>>;
  readonly time: string;
  readonly raisedIndex: number;
}

/** What must be known of an exception to acknowledge or close it. */
export interface ExceptionNote {
  readonly exceptionId: string;
  readonly code: ExceptionCode;
  acknowledged: boolean;
  closed: boolean;
}

/** What the office says of an event now. */
export interface CorrectionState {
  readonly source: string;
  readonly boot: number;
  readonly seq: number;
  /** Log index of the event. */
  readonly errs: number;
  /** Its data as it should have been; null: it did not occur. */
  readonly corrected: Readonly<Record<string, unknown>> | null;
  readonly changedIndex: number;
}

export interface ClosedPeriod {
  readonly period: number;
  readonly fromIndex: number;
  /** Exclusive: the index of its `period.closed`. */
  readonly toIndex: number;
  readonly factSeq: number;
  readonly balancesRoot: string;
}

/** The office's part of the working set. */
export interface OfficeSet {
  /** Versions of the rules that this ledger has. */
  readonly rules: RuleVersions;
  /**
   * Balance of every account of the site before this call; null = not looked up. MUST be made null
   * between two folds, unless whoever keeps the set lets `fold` carry it on.
   */
  balances: Map<AccountKey, Turnover> | null;
  /** Key `<characteristic>/<period>`; ALL of the open period. */
  readonly credits: Map<string, CreditState>;
  readonly claims: Map<string, ClaimState | null>;
  /** Lots of which every claim is in `claims`. */
  readonly claimedLots: Set<string>;
  /** MAY be emptied between two folds. */
  readonly exceptions: Map<string, ExceptionNote | null>;
  /** Key `<source> <boot>.<seq>`. */
  readonly corrections: Map<string, CorrectionState | null>;
  /** Events of earlier commits, by log index; null: the ledger's own. MAY be emptied. */
  readonly originals: Map<number, StreamRecord | null>;
  /** Lots of which all descendants are in `lots`, and all claims on these in `claims`. */
  readonly lineages: Set<string>;
}
