import type { AccountKey, ParsedAccount } from '#custody';
import { parseAccount } from '#custody';

/**
 * Where mass is, as far as the model tells it apart: a place is one account, or several between
 * which the rules move mass by figures that the model does not know. All masses are signed sums.
 */

export const WORLD_IN = 'world-in';
export const WORLD_OUT = 'world-out';
/** A run with what it lost and what nobody accounts for: its balance is struck when time says so. */
export const runPlace = (run: string): string => `run ${run}`;
/** What an outlet gave before anybody said which lot stands behind it. */
export const outletPlace = (run: string, outlet: number): string => `outlet ${run} ${outlet}`;
/** What is on its way, and what the scales at its ends differ by. */
export const shipmentPlace = (shipment: string): string => `shipment ${shipment}`;
export const lossPlace = (owner: string): string => `loss ${owner}`;
/** Estimates: pieces in a lot, at an outlet without a lot, and the run that they came from. */
export const piecesIn = (lot: string): string => `pieces ${lot}`;
export const piecesAt = (run: string, outlet: number): string => `pieces ${run} ${outlet}`;
export const piecesOf = (run: string): string => `pieces-of ${run}`;

const parsed = new Map<AccountKey, ParsedAccount>();

/** `parseAccount`, each key once: the whole book is looked at after every step. */
export function accountOf(key: AccountKey): ParsedAccount {
  let account = parsed.get(key);
  if (account === undefined) {
    account = parseAccount(key);
    parsed.set(key, account);
  }
  return account;
}

const isRun = (owner: string): boolean => owner.includes('.run-');

/**
 * The place of an account; null for book C, which the model does not follow. A lot is one place
 * with its variance and correction; `lotPlace` says which lots are one place with it.
 */
export function placeOf(key: AccountKey, lotPlace: (lot: string) => string): string | null {
  const { book, kind, owner, part } = accountOf(key);
  if (book === 'C') return null;
  if (book === 'E') {
    if (kind === 'lot') return piecesIn(owner);
    return kind === 'run' ? piecesOf(owner) : piecesAt(owner, Number.parseInt(part!));
  }
  switch (kind) {
    case 'lot':
    case 'variance':
    case 'correction':
      return lotPlace(owner);
    case 'run':
    case 'unaccounted':
      return runPlace(owner);
    case 'outlet':
      return outletPlace(owner, Number(part));
    case 'transit':
    case 'transit-variance':
      return shipmentPlace(owner);
    case WORLD_IN:
    case WORLD_OUT:
    case 'transformation':
      return kind;
    default:
      return isRun(owner) ? runPlace(owner) : lossPlace(owner);
  }
}
