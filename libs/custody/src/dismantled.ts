import type { DataOf } from '#contracts';
import { hazardNamed } from '#materials';
import type { Folding } from './folding.js';
import { addDevices } from './device-rows.js';
import type { Part } from './frame-parts.js';
import { bookParts } from './frames.js';
import { hazardClass } from './hazards.js';
import type { RunState } from './model.js';
import { noteLate, runNamed, touchRun } from './run-states.js';

/** `devices.dismantled`: what the devices came to goes to its outlets. Returns its run. */
export function dismantledFrame(folding: Folding, frame: DataOf<'devicesDismantled'>): RunState {
  const run = runNamed(folding, frame.runId);
  if (run.status === 'balanced') noteLate(folding, run);
  const parts = dismantledParts(frame);
  folding.counts.pieces += parts.length;
  bookParts(folding, run, parts);
  addDevices(touchRun(folding, run), frame, 1n);
  return run;
}

/**
 * Components by kind, hazardous ones by hazard, and what is left of each device by product key. A
 * component that was not weighed is counted; its mass stays with what is left.
 */
export const dismantledParts = (frame: DataOf<'devicesDismantled'>): Part[] => [
  ...componentsOf(frame),
  ...restsOf(frame),
];

function componentsOf({ components, massUncertaintyPpm }: DataOf<'devicesDismantled'>): Part[] {
  const { kinds, hazards, kind, hazard, outlet, massMg } = components;
  return kind.map((ofKind, at) => {
    const name = kinds[ofKind]!;
    const found = hazard[at] ?? null;
    return {
      outlet: outlet[at]!,
      // A kind that is a hazard is one also where nobody says so.
      class: found === null ? (hazardNamed(name)?.hazard ?? name) : hazardClass(hazards[found]!),
      massMg: massMg[at] ?? null,
      massUncertaintyPpm,
    };
  });
}

function restsOf(frame: DataOf<'devicesDismantled'>): Part[] {
  const { massUncertaintyPpm } = frame;
  const taken = frame.massMg.map(() => 0n);
  const rough = new Set<number>();
  frame.components.device.forEach((device, at) => {
    const mg = frame.components.massMg[at] ?? null;
    if (mg === null) rough.add(device);
    else taken[device]! += BigInt(mg);
  });
  return frame.massMg.map((mg, device) => {
    const left = mg === null ? null : BigInt(mg) - taken[device]!;
    return {
      outlet: frame.restOutlet[device]!,
      class: frame.products[frame.product[device]!]!,
      massMg: left === null ? null : left > 0n ? Number(left) : 0,
      massUncertaintyPpm,
      ...(rough.has(device) ? { isRough: true } : {}),
    };
  });
}
