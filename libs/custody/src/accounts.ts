import { type LossAccount, invariant } from '#contracts';
import type { AccountKey } from './model.js';

/**
 * Keys of accounts: `<book>:<kind>[:<owner>[:<part> …]]`. Ids hold no colon, so a key reads back
 * without doubt. A debit adds to an account, a credit takes from it.
 */

/** Where delivered mass comes from; its credits are all that ever came in. */
export const WORLD_IN: AccountKey = 'W:world-in';
/** Where accepted loads go: what a consignee has taken is no longer ours. */
export const WORLD_OUT: AccountKey = 'W:world-out';

export const weighedLot = (lotId: string): AccountKey => `W:lot:${lotId}`;
/** The lot's one difference account: in credit while the lot gave more than it is known to hold. */
export const lotVariance = (lotId: string): AccountKey => `W:variance:${lotId}`;
/** What corrections took from mass that was no longer in the lot; signed. */
export const lotCorrection = (lotId: string): AccountKey => `W:correction:${lotId}`;
export const weighedRun = (runId: string): AccountKey => `W:run:${runId}`;
/** What an outlet gave while it is not known which lot stands behind it. */
export const weighedOutlet = (runId: string, outlet: number): AccountKey =>
  `W:outlet:${runId}:${outlet}`;
/** `owner` is the run, visit, receipt or shipment that declared the loss. */
export const loss = (account: LossAccount, owner: string): AccountKey =>
  `W:loss-${account}:${owner}`;
export const unaccounted = (runId: string): AccountKey => `W:unaccounted:${runId}`;
/** Mass of a yard operation on its way between lots; 0 after each. `owner`: the event's subject. */
export const transformation = (lotId: string): AccountKey => `W:transformation:${lotId}`;
export const transit = (shipmentId: string): AccountKey => `W:transit:${shipmentId}`;
/** What the scales of the two ends of a shipment differ by. */
export const transitVariance = (shipmentId: string): AccountKey =>
  `W:transit-variance:${shipmentId}`;

export const estimatedRun = (runId: string): AccountKey => `E:run:${runId}`;
export const estimatedLot = (lotId: string, pieceClass: string): AccountKey =>
  `E:lot:${lotId}:${pieceClass}`;
export const estimatedOutlet = (runId: string, outlet: number, pieceClass: string): AccountKey =>
  `E:outlet:${runId}:${outlet}:${pieceClass}`;

/** Eligible input times its factor: its credits are all that was ever given. */
export const creditInput = (characteristic: string, period: number): AccountKey =>
  `C:credit-input:${characteristic}:${period}`;
export const creditAccount = (characteristic: string, period: number): AccountKey =>
  `C:credit:${characteristic}:${period}`;
export const creditExpired = (characteristic: string, period: number): AccountKey =>
  `C:credit-expired:${characteristic}:${period}`;
/** Withdrawn after it was claimed. */
export const creditOwed = (characteristic: string, period: number): AccountKey =>
  `C:credit-owed:${characteristic}:${period}`;
export const claimOfLot = (lotId: string, characteristic: string): AccountKey =>
  `C:claim:${lotId}:${characteristic}`;
/** A unit of book and claim; its serial is the id of its claim. */
export const unitAccount = (claimId: string): AccountKey => `C:unit:${claimId}`;
export const retiredUnits = (characteristic: string): AccountKey => `C:retired:${characteristic}`;

export interface ParsedAccount {
  readonly book: 'W' | 'E' | 'C';
  /** `lot`, `variance`, `run`, `outlet`, `loss-dust`, `world-in` … */
  readonly kind: string;
  /** Lot, run, visit, shipment or claim id, or a characteristic; empty for the world. */
  readonly owner: string;
  /** Class of `E:lot`, outlet of `W:outlet`, `<outlet>:<class>` of `E:outlet`, period of `C`. */
  readonly part?: string;
}

const KEY = /^([WEC]):([a-z-]+)(?::([^:]+)(?::(.+))?)?$/;

/** Reads a key back. Throws an InvariantError when it is none. */
export function parseAccount(key: AccountKey): ParsedAccount {
  const match = KEY.exec(key);
  invariant(match !== null, `"${key}" is not an account`);
  const [, book, kind, owner, part] = match;
  return {
    book: book as ParsedAccount['book'],
    kind: kind!,
    owner: owner ?? '',
    ...(part === undefined ? {} : { part }),
  };
}
