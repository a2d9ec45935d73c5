import type { DataOf } from '#contracts';
import { sayWeighing } from './lot-story.js';
import { FIGURES } from './plant-book.js';
import type { Random } from './random.js';
import type { RunState, Yard } from './run-state.js';
import { nameOf, say } from './say.js';
import type { World } from './world.js';

/** How lots leave. */

/** A lot that is ready to leave. */
export interface Load {
  readonly lotId: string;
  /** True mass. */
  readonly massMg: number;
  readonly weighedMg: number;
  readonly uncertaintyMg: number;
  /** True shares, ppm by analyte. */
  readonly truePpm: Readonly<Record<string, number>>;
  readonly to: keyof World['buyers'];
  readonly grade?: string | undefined;
}

function treatmentOf(
  { treatments }: World,
  to: Load['to'],
): Pick<DataOf<'shipmentDispatched'>, 'treatment'> {
  const treatment = treatments?.[to];
  if (treatment === undefined) return {};
  const { operation, recovers } = treatment;
  return {
    treatment: {
      operation,
      ...(recovers === undefined ? {} : { recovers: recovers.map(({ element }) => element) }),
    },
  };
}

/** A vehicle that has left, and what is on it. */
export interface Sent {
  readonly shipmentId: string;
  readonly to: Load['to'];
  readonly loads: readonly Load[];
}

/** All of the run's lots leave, a vehicle for each buyer. */
export function dispatch(
  yard: Yard,
  world: World,
  run: RunState,
  loads: readonly Load[],
  random: Random,
): readonly Sent[] {
  const id = nameOf(run.plan.runId).replace('run-', '');
  const send = (name: string, to: Load['to']): Sent[] => {
    const lots = loads.filter((load) => load.to === to);
    if (lots.length === 0) return [];
    const visitId = `${yard.siteId}.visit-${id}-${name}`;
    const shipmentId = `${yard.siteId}.shipment-${id}-${name}`;
    const { low, high } = FIGURES.vehicleTareMg;
    const tareMg = random.between(low, high);
    const loadMg = lots.reduce((sum, lot) => sum + lot.massMg, 0);
    say(yard, 'gate', 'vehicleArrived', visitId, { visitId, direction: 'outbound' });
    sayWeighing(yard, random, visitId, 'tare', tareMg);
    sayWeighing(yard, random, visitId, 'gross', tareMg + loadMg);
    say(yard, 'gate', 'shipmentDispatched', shipmentId, {
      shipmentId,
      visitId,
      consignee: world.buyers[to] ?? world.buyers.product,
      lines: lots.map(({ lotId, weighedMg, uncertaintyMg, grade }) => ({
        lotId,
        massMg: weighedMg,
        uncertaintyMg,
        all: true,
        ...(grade === undefined ? {} : { grade }),
      })),
      ...treatmentOf(world, to),
      seals: [`S-${10_000 + (random.uint32() % 90_000)}`],
    });
    return [{ shipmentId, to, loads: lots }];
  };
  return [
    ...send('mill', 'product'),
    ...send('merchant', 'rest'),
    ...send('hazards', 'hazards'),
    ...send('fibre', 'made'),
  ];
}
