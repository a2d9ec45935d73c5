import {
  type LotState,
  type WorkingSet,
  isClosed,
  lotVariance,
  transit,
  weighedLot,
} from '#custody';
import type { BooksModel } from './books-model.js';
import { same } from './check.js';
import { placeOf } from './places.js';
import type { PostingsCheck } from './postings-check.js';

/** The books against the model: I12, and of what is pending and what is closed I7 and I11. */

/** I12: at every place there is what came in less what went out, and there is no other place. */
export function checkPlaces({ balances }: PostingsCheck, model: BooksModel): void {
  const held = new Map<string, bigint>();
  for (const [account, balance] of balances) {
    const place = placeOf(account, model.lotPlace);
    if (place !== null) held.set(place, (held.get(place) ?? 0n) + balance);
  }
  for (const [place, massMg] of model.held) same(held.get(place) ?? 0n, massMg, 'I12', place);
  for (const [place, massMg] of held) same(massMg, model.held.get(place) ?? 0n, 'I12', place);
}

/**
 * I7: what is pending of a shipment is what was dispatched and has not arrived, never below zero,
 * and nothing once its last load was posted; the difference is its variance.
 */
export function checkTransit(postings: PostingsCheck, model: BooksModel): void {
  for (const [id, { dispatchedMg, arrivedMg, complete }] of model.shipments) {
    const pendingMg = complete ? 0 : Math.max(0, dispatchedMg - arrivedMg);
    same(postings.balanceOf(transit(id)), BigInt(pendingMg), 'I7: pending', id);
  }
}

/** I11: a lot of which nothing is left is not in stock, and is closed; any other is open. */
export function checkClosed(postings: PostingsCheck, model: BooksModel, set: WorkingSet): void {
  for (const lot of set.lots.values()) if (lot !== null) checkLot(postings, model, lot);
}

function checkLot(postings: PostingsCheck, model: BooksModel, lot: LotState): void {
  const { lotId } = lot;
  const isEnded = (model.endings.get(lotId)?.size ?? 0) > 0;
  same(isClosed(lot), isEnded, 'I11: closed', lotId);
  const heldMg = postings.balanceOf(weighedLot(lotId));
  if (isEnded) same(heldMg, 0n, 'I11: in stock', lotId);
  // What it has and what it owes never stand beside each other.
  const isClean = heldMg === 0n || postings.balanceOf(lotVariance(lotId)) >= 0n;
  same(isClean, true, 'I12: holds mass that its variance lent', lotId);
}
