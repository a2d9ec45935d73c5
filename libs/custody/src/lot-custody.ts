import type { CustodyModel, DataOf } from '#contracts';
import {
  type Custody,
  UNKNOWN_CUSTODY,
  asked,
  entering,
  isStronger,
  mixed,
} from './custody-models.js';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import type { Contribution, LotCustody } from './lot-model.js';
import type { LotState, RunState } from './model.js';
import { lookedUp } from './working-set.js';

export const freshCustody = (): LotCustody => ({
  custody: null,
  wantedModel: null,
  pass: 0,
  place: null,
  moisture: null,
  quarantine: null,
  successor: null,
  contributions: [],
});

/**
 * Material of the custody `of` comes into the lot (null: nobody knows of what custody). MUST be
 * called before its mass is booked: what the lot received so far is what it is mixed with.
 */
export function mixIn(folding: Folding, lot: LotState, of: Custody | null, massMg: bigint): void {
  // A parent that nobody has heard of yet says nothing until mass comes from it.
  if (of === null && massMg === 0n) return;
  const part = { custody: of ?? UNKNOWN_CUSTODY, massMg };
  lot.custody =
    lot.custody === null
      ? mixed([part])
      : mixed([{ custody: lot.custody, massMg: lot.receivedMg }, part]);
  applyWanted(folding, lot);
}

/** What a supplier hands over; who says nothing of it hands over a lot of one origin, its own. */
export function declareCustody(
  folding: Folding,
  lot: LotState,
  line: Pick<DataOf<'deliveryCompleted'>['lines'][number], 'model' | 'characteristic' | 'massMg'>,
): void {
  const { model, characteristic, massMg } = line;
  const { custody, refused } = entering(lot.lotId, model, characteristic);
  if (refused) {
    const figures = { asked: String(model), booked: custody.model };
    raise(folding, 'custody-raise-refused', lot.lotId, figures);
  }
  mixIn(folding, lot, custody, BigInt(massMg));
}

/** Asks for a model; a lot that is asked for twice has the weaker one. */
export function wantModel(folding: Folding, lot: LotState, model: CustodyModel | undefined): void {
  if (model === undefined) return;
  if (lot.wantedModel !== null && isStronger(model, lot.wantedModel)) return;
  lot.wantedModel = model;
  applyWanted(folding, lot);
}

/** What was asked for and cannot be is an exception, once, and the lot is what it is. */
function applyWanted(folding: Folding, lot: LotState): void {
  if (lot.custody === null || lot.wantedModel === null) return;
  const { custody, refused } = asked(lot.custody, lot.wantedModel);
  if (refused) {
    raise(folding, 'custody-raise-refused', lot.lotId, {
      asked: lot.wantedModel,
      booked: custody.model,
    });
    lot.wantedModel = null;
  }
  lot.custody = custody;
}

/** A container of a run brings what the run was fed with, in the shares of the feeds so far. */
export function mixInFeeds(folding: Folding, lot: LotState, run: RunState, massMg: bigint): void {
  const feeds = run.feeds
    .filter(({ lotId }) => lotId !== lot.lotId)
    .map(({ lotId, cumulativeMg }) => ({
      custody: lookedUp(folding.set.lots, lotId)?.custody ?? UNKNOWN_CUSTODY,
      massMg: cumulativeMg,
    }));
  const [first, ...rest] = feeds;
  if (first !== undefined) mixIn(folding, lot, mixed([first, ...rest]), massMg);
}

/** A lot was fed to a run: the run is one pass beyond it, unless it is the run's own output. */
export function passFrom(run: RunState, lot: LotState): void {
  if (run.outlets.some(({ lotId }) => lotId === lot.lotId)) return;
  run.pass = Math.max(run.pass, lot.pass + 1);
}

export function contribute(
  lot: LotState,
  parentId: string,
  via: Contribution['via'],
  massMg: bigint,
  logIndex: number,
): void {
  const known = lot.contributions.find((row) => row.lotId === parentId && row.via === via);
  if (known === undefined) lot.contributions.push({ lotId: parentId, via, massMg, logIndex });
  else {
    known.massMg += massMg;
    known.logIndex = logIndex;
  }
}
