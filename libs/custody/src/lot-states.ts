import type { ExceptionCode, LotStatus } from '#contracts';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import type { LotState } from './model.js';

/** What can happen to a lot. `consumed`, `dispatched` and `counted` take the whole of it. */
export const LOT_DEEDS = [
  'confirmed',
  'filled',
  'used',
  'consumed',
  'shipped',
  'dispatched',
  'counted',
  'conditioned',
  'moved',
  'quarantined',
  'released',
  'released-unknown',
] as const;
export type LotDeed = (typeof LOT_DEEDS)[number];

interface LotAnswer {
  readonly next: LotStatus;
  /** Raised beside it: what happened is booked all the same. */
  readonly exception?: ExceptionCode;
}

const to = (next: LotStatus, exception?: ExceptionCode): LotAnswer =>
  exception === undefined ? { next } : { next, exception };

const inStock = (state: 'provisional' | 'open'): Record<LotDeed, LotAnswer> => ({
  confirmed: to('open'),
  filled: to(state),
  used: to(state),
  consumed: to('consumed'),
  shipped: to(state),
  dispatched: to('dispatched'),
  counted: to('counted'),
  conditioned: to(state),
  moved: to(state),
  quarantined: to('quarantined'),
  released: to(state, 'release-refused'),
  'released-unknown': to(state, 'release-refused'),
});

/** A closed lot stays closed; only what left the site by a later word of it changes its name. */
const closed = (
  state: 'consumed' | 'counted' | 'dispatched',
  tooLate: ExceptionCode,
): Record<LotDeed, LotAnswer> => ({
  confirmed: to(state),
  filled: to(state, 'lot-already-closed'),
  used: to(state, 'lot-already-closed'),
  consumed: to(state, 'lot-already-closed'),
  shipped: to(state, 'lot-already-closed'),
  dispatched: to('dispatched', 'lot-already-closed'),
  counted: to(state === 'consumed' ? 'counted' : state, 'lot-already-closed'),
  conditioned: to(state, 'lot-already-closed'),
  moved: to(state, 'lot-already-closed'),
  quarantined: to(state, tooLate),
  released: to(state, 'release-refused'),
  'released-unknown': to(state, 'release-refused'),
});

/** Every state answers every deed: the whole machine. */
export const LOT_MACHINE: Readonly<Record<LotStatus, Readonly<Record<LotDeed, LotAnswer>>>> = {
  provisional: inStock('provisional'),
  open: inStock('open'),
  quarantined: {
    confirmed: to('quarantined'),
    filled: to('quarantined'),
    used: to('quarantined', 'quarantined-lot-used'),
    consumed: to('consumed', 'quarantined-lot-used'),
    shipped: to('quarantined', 'quarantined-lot-shipped'),
    dispatched: to('dispatched', 'quarantined-lot-shipped'),
    // What was counted goes on as another lot, and is set apart with it.
    counted: to('counted'),
    conditioned: to('quarantined'),
    moved: to('quarantined'),
    quarantined: to('quarantined'),
    released: to('open'),
    'released-unknown': to('provisional'),
  },
  consumed: closed('consumed', 'quarantined-lot-used'),
  counted: closed('counted', 'quarantined-lot-used'),
  dispatched: closed('dispatched', 'quarantined-lot-shipped'),
};

const CLOSED: ReadonlySet<LotStatus> = new Set(['consumed', 'counted', 'dispatched']);

/** Nothing of it is in the yard, whatever arrives in the books later. */
export const isClosed = ({ status }: Pick<LotState, 'status'>): boolean => CLOSED.has(status);

/** Takes the lot to its next state; `by` is the run, shipment, lot or visit that did it. */
export function step(folding: Folding, lot: LotState, deed: LotDeed, by: string): void {
  const { next, exception } = LOT_MACHINE[lot.status][deed];
  lot.status = next;
  if (exception !== undefined) raise(folding, exception, lot.lotId, { by: by.slice(0, 160) });
}
