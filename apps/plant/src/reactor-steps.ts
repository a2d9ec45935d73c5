import type { LineStations } from '#edge';
import type { Load } from './dispatch-story.js';
import type { Random } from './random.js';
import {
  type Charge,
  closeCharge,
  finishCharge,
  startCharge,
  weighCharge,
} from './reprocess-story.js';
import type { RunState, Yard } from './run-state.js';
import type { World } from './world.js';
import { workOf } from './yard-story.js';

/** When the reactor and those around it speak: each station through requests of its own. */
const PAUSES = { startToWeigh: 400, startToClose: 800, startToAssay: 1_200 } as const;
/** After so long the fibre may leave. */
export const FIBRE_READY_MS = 1_600;

/** Whether the main product goes into the reactor instead of onto a vehicle. */
export function isReprocessed(yard: Yard, world: World, run: RunState): boolean {
  if (world.dissolution === undefined || !yard.conditions.hasIncidents) return false;
  const work = workOf(yard, run);
  return work === 'none' || work === 'blend';
}

/** The steps of a charge, which put what came out in the place of what went in. */
export function reprocess(
  yard: Yard,
  world: World,
  line: LineStations,
  given: {
    readonly run: RunState;
    /** What is to leave. */
    readonly loads: { now: readonly Load[] };
    readonly random: Random;
  },
): readonly { readonly pauseMs: number; readonly act: () => void }[] {
  const { run, loads, random } = given;
  const main = run.outlets[0]!.lotId;
  let charge: Charge | undefined;
  const start = (): void => {
    const load = loads.now.find(({ lotId }) => lotId === main);
    if (load === undefined) return;
    charge = startCharge(yard, world, line, { run, load, random });
    loads.now = loads.now.filter((one) => one !== load);
  };
  const during = (act: (charge: Charge) => void) => (): void => {
    if (charge !== undefined) act(charge);
  };
  return [
    { pauseMs: 0, act: start },
    {
      pauseMs: PAUSES.startToWeigh,
      act: during((now) => {
        weighCharge(yard, world, line, { charge: now, random });
      }),
    },
    {
      pauseMs: PAUSES.startToClose,
      act: during((now) => {
        closeCharge(yard, line, now, random);
      }),
    },
    {
      pauseMs: PAUSES.startToAssay,
      act: during((now) => {
        loads.now = [...loads.now, ...finishCharge(yard, world, now, random)];
      }),
    },
  ];
}
