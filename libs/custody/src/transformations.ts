import type { CustodyModel, MaterialStream } from '#contracts';
import { transformation } from './accounts.js';
import { closeForGood, closeInto, noteDifference } from './closings.js';
import { type CustodyPart, UNKNOWN_CUSTODY, mixed } from './custody-models.js';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import { contribute, mixIn, wantModel } from './lot-custody.js';
import type { Contribution } from './lot-model.js';
import { isClosed, step } from './lot-states.js';
import { addParent, arriveInLot, leaveLot, openLot } from './lots.js';
import { balanceMg, beyondThreeSigma, smaller } from './mass.js';
import type { LotState } from './model.js';
import { inherit } from './quarantine.js';

/** Mass that a yard operation takes from a lot, or gives to one. */
interface Side {
  readonly lot: LotState;
  readonly massMg: bigint;
  readonly varianceMg2: bigint;
}

interface Input extends Side {
  /** All but `used` close the lot. */
  readonly deed: 'used' | 'consumed' | 'counted';
}

export interface Transformation {
  readonly via: Contribution['via'];
  /** Owner of its account: the lot that the event is about. */
  readonly subject: string;
  /** Of inputs and outputs one list MUST have a single lot; the sums of both MUST be equal. */
  readonly inputs: readonly Input[];
  readonly outputs: readonly Side[];
  /** Of the event, by `closingKey`. */
  readonly key: string;
}

interface MadeLot {
  readonly lotId: string;
  readonly stream: MaterialStream;
  readonly materialClass: string;
  readonly model?: CustodyModel | undefined;
  readonly place?: string | undefined;
}

/** The lot that a yard operation fills, opened where it is not known. */
export function madeLot(folding: Folding, made: MadeLot): LotState {
  const { lotId, stream, materialClass, model, place } = made;
  const lot = openLot(folding, { lotId, origin: 'yard', stream, materialClass });
  lot.place = place ?? lot.place;
  wantModel(folding, lot, model);
  return lot;
}

/** Moves mass from lots to lots through the account of the operation, which is 0 before and after. */
export function transform(folding: Folding, transformation: Transformation): void {
  const { inputs, outputs, key } = transformation;
  const [heir] = outputs;
  const taken = inputs.map((input) => {
    const before = input.lot.status;
    // A lot that is put onto itself is not gone.
    const deed = input.lot === heir?.lot ? 'used' : input.deed;
    return { ...input, deed, before, custody: input.lot.custody };
  });
  for (const input of taken) take(folding, transformation, input);
  for (const output of outputs) give(folding, transformation, taken, output);
  for (const { lot, deed, before } of taken) {
    if (deed === 'counted') closeForGood(folding, lot, { status: 'counted', key });
    else if (deed === 'consumed' && heir !== undefined) {
      closeInto(folding, lot, { before, into: heir.lot, key });
    }
  }
}

function take(folding: Folding, { via, subject }: Transformation, input: Input): void {
  const { lot, massMg, varianceMg2, deed } = input;
  const wasClosed = isClosed(lot);
  step(folding, lot, deed, subject);
  const heldMg = balanceMg(lot.weighed);
  const toleranceMg2 = lot.uncertaintyMg2 + varianceMg2;
  const flow = { account: transformation(subject), massMg, varianceMg2, code: via };
  const isWhole = deed !== 'used';
  const lentMg = leaveLot(folding, lot, flow, isWhole ? 'closing-difference' : 'variance');
  if (wasClosed) return;
  if (isWhole) noteDifference(folding, lot, heldMg - massMg, toleranceMg2);
  else if (beyondThreeSigma(lentMg, toleranceMg2)) {
    const takenMg = massMg.toString();
    raise(folding, 'lot-overdrawn', lot.lotId, { takenMg, heldMg: heldMg.toString() });
  }
}

function give(
  folding: Folding,
  { via, subject }: Transformation,
  inputs: readonly (Input & { readonly custody: LotState['custody'] })[],
  { lot, massMg, varianceMg2 }: Side,
): void {
  step(folding, lot, 'filled', subject);
  const parts = inputs.map((input): CustodyPart => {
    // One side is a single lot, so the smaller mass is what went from the one to the other.
    const from = { massMg: smaller(input.massMg, massMg), lot: input.lot };
    if (from.lot !== lot) {
      addParent(lot, from.lot.lotId);
      contribute(lot, from.lot.lotId, via, from.massMg, folding.cause);
      lot.pass = Math.max(lot.pass, from.lot.pass);
    }
    return { custody: input.custody ?? UNKNOWN_CUSTODY, massMg: from.massMg };
  });
  const [first, ...rest] = parts;
  if (first !== undefined) mixIn(folding, lot, mixed([first, ...rest]), massMg);
  const account = transformation(subject);
  arriveInLot(folding, lot, { account, massMg, varianceMg2, code: via });
  for (const input of inputs) inherit(folding, lot, input.lot);
}
