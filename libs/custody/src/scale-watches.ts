import type { DataOf } from '#contracts';
import { RESTED, watchShift } from '#materials';
import { close, raise } from './exceptions.js';
import { type Folding, byText } from './folding.js';
import type { RunState, ShipmentState, SiteState, VisitState } from './model.js';
import type { ScaleWatch } from './scale-model.js';
import { transferOf } from './transit.js';
import { lookedUp } from './working-set.js';

/**
 * Watches for lasting shifts of scales, one for each scale that the registry enrols. A step is a
 * difference of two weighings of the same mass over its own standard uncertainty, as both scales
 * state it. Two pairs are the same mass for certain:
 *
 * - A run whose every mark is reached: its feed, by one scale, against its outlets, by one other,
 *   and its losses. Both scales make a step, of opposite signs. Which of them is off shows where
 *   one of them meets a third: its watch grows with every run, the other's with some, and once a
 *   scale is said to be off, what is compared with it says nothing of the other.
 * - A shipment that nothing of is on its way any more: gross less tare of the vehicle that took it
 *   and nothing else, by one scale, against what its consignee weighed. Nothing of it came back.
 *
 * A ticket is no pair with its vehicle's weighings, which made it, nor with the feed of its lot:
 * nobody says when a lot was fed whole. A pair makes a step once, with what is known then. What is
 * observed or corrected later moves the books and not the watch, and no pair counts for more than
 * `stepMax`, so that one wrong weighing, put right or not, raises no alarm.
 */

/** Names of what a scale was compared with that are kept. */
const AGAINST_MAX = 8;

const rested = (scaleId: string): ScaleWatch => ({
  scaleId,
  ...RESTED,
  steps: 0,
  against: [],
  shift: null,
});

/** A balance was struck for the first time, every station of its line having spoken. */
export function watchRun(
  folding: Folding,
  run: RunState,
  unaccounted: { readonly massMg: bigint; readonly varianceMg2: bigint },
): void {
  const fed = run.feeds.filter(({ cumulativeMg }) => cumulativeMg > 0n);
  const feedScale = onlyOne(fed.map(({ scaleId }) => scaleId));
  const outletScale = onlyOne(run.weighedOut.flatMap(({ scaleIds }) => scaleIds ?? [undefined]));
  if (feedScale === null || outletScale === null || feedScale === outletScale) return;
  const { massMg, varianceMg2 } = unaccounted;
  const isOff = (scaleId: string): boolean => watchOf(folding.site, scaleId).shift !== null;
  const [feedIsOff, outletIsOff] = [isOff(feedScale), isOff(outletScale)];
  if (!outletIsOff) {
    step(folding, feedScale, { differenceMg: massMg, varianceMg2, against: outletScale });
  }
  if (!feedIsOff) {
    step(folding, outletScale, { differenceMg: -massMg, varianceMg2, against: feedScale });
  }
}

/** A shipment was reconciled and nothing of it is on its way. */
export function watchTransfer(folding: Folding, shipment: ShipmentState): void {
  const transfer = transferOf(shipment);
  const { visitId, consignee, consigneeSite } = shipment;
  if (visitId === undefined || consignee === null) return;
  if (transfer.isWatched === true || transfer.returnIds.length > 0) return;
  const visit = lookedUp(folding.set.visits, visitId);
  const scaleId = visit === null ? null : scaleOf(visit);
  if (visit === null || scaleId === null || visit.shipments?.length !== 1) return;
  transfer.isWatched = true;
  const netMg = visit.grossMg! - visit.tareMg!;
  step(folding, scaleId, {
    differenceMg: netMg - transfer.acceptedMg - transfer.deductedMg,
    varianceMg2: visit.uncertaintyMg2 + (transfer.receivedMg2 ?? 0n),
    against: (consigneeSite ?? consignee).slice(0, 64),
  });
}

function scaleOf({ direction, grossMg, tareMg, scaleIds }: VisitState): string | null {
  if (direction === 'inbound' || grossMg === null || tareMg === null) return null;
  return onlyOne([scaleIds?.gross, scaleIds?.tare]);
}

/** The one name that all of them are; null when there are more, or some have none. */
function onlyOne(names: readonly (string | undefined)[]): string | null {
  const [first] = names;
  return first !== undefined && names.every((name) => name === first) ? first : null;
}

interface Pair {
  /** Positive: the scale showed more than what it is compared with. */
  readonly differenceMg: bigint;
  readonly varianceMg2: bigint;
  readonly against: string;
}

function step(folding: Folding, scaleId: string, pair: Pair): void {
  const { site, limits } = folding;
  const isEnrolled = site.registry?.scales.some((scale) => scale.scaleId === scaleId) === true;
  if (!isEnrolled || pair.varianceMg2 <= 0n) return;
  const sigmas = Number(pair.differenceMg) / Math.sqrt(Number(pair.varianceMg2));
  const known = watchOf(site, scaleId);
  const { watch, alarm } = watchShift(known, sigmas, limits.shift);
  const isAtRest = watch.above === 0 && watch.below === 0;
  const against = [...known.against.filter((name) => name !== pair.against), pair.against];
  const kept = against.slice(-AGAINST_MAX);
  const steps = known.steps + 1;
  let { shift } = known;
  if (alarm !== undefined && shift === null) {
    const exceptionId = raise(folding, 'scale-shift', scaleId, {
      direction: alarm,
      steps: String(steps),
      against: kept.join(', ').slice(0, 160),
    });
    shift = { direction: alarm, exceptionId };
  }
  const since = isAtRest ? { steps: 0, against: [] } : { steps, against: kept };
  keep(site, { scaleId, ...watch, ...since, shift });
}

const watchOf = ({ scales }: SiteState, scaleId: string): ScaleWatch =>
  scales.find((watch) => watch.scaleId === scaleId) ?? rested(scaleId);

function keep(site: SiteState, watch: ScaleWatch): void {
  const others = site.scales.filter(({ scaleId }) => scaleId !== watch.scaleId);
  site.scales = [...others, watch].sort((a, b) => byText(a.scaleId, b.scaleId));
}

/** `scale.verified`: test weights say more than any pair; a scale that passed begins anew. */
export function scaleVerified(
  folding: Folding,
  { scaleId, verdict }: DataOf<'scaleVerified'>,
): void {
  const known = folding.site.scales.find((watch) => watch.scaleId === scaleId);
  if (verdict !== 'passed' || known === undefined) return;
  if (known.shift !== null) close(folding, known.shift.exceptionId, 'scale-verified');
  keep(folding.site, rested(scaleId));
}

/** The office has closed an exception; if it was a shift, its scale is watched anew. */
export function forgetShift({ site }: Folding, exceptionId: string): void {
  const known = site.scales.find((watch) => watch.shift?.exceptionId === exceptionId);
  if (known !== undefined) keep(site, rested(known.scaleId));
}
