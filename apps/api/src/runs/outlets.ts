import type { LotState, RunState } from '#custody';
import { rootMg } from '../answers/fields.js';
import type { RunDetailAnswer } from './runs.schema.js';

type Outlet = RunDetailAnswer['outlets'][number];

/**
 * Every outlet that was planned, weighed or seen in a frame, by number: mass may come to an outlet
 * that the plan does not name, and it is shown all the same.
 */
export function outletsOf(
  run: Pick<RunState, 'outlets' | 'weighedOut' | 'estimatedOut'>,
  lots: ReadonlyMap<string, LotState>,
): Outlet[] {
  const numbers = new Set(
    [...run.outlets, ...run.weighedOut, ...run.estimatedOut].map(({ outlet }) => outlet),
  );
  return [...numbers]
    .sort((a, b) => a - b)
    .map((outlet) => {
      const planned = run.outlets.find((other) => other.outlet === outlet);
      const weighed = run.weighedOut.find((other) => other.outlet === outlet);
      return {
        outlet,
        lotId: planned?.lotId ?? null,
        targetClass: planned?.targetClass ?? null,
        role: planned === undefined ? null : (planned.role ?? 'product'),
        keepsGrade: lots.get(planned?.lotId ?? '')?.graded?.keeps ?? null,
        weighedMg: String(weighed?.massMg ?? 0n),
        weighedUncertaintyMg: rootMg(weighed?.uncertaintyMg2 ?? 0n),
        containers: weighed?.containers ?? 0,
        estimated: run.estimatedOut
          .filter((other) => other.outlet === outlet)
          .map((part) => ({
            class: part.class,
            massMg: String(part.massMg),
            pieces: String(part.pieces),
          })),
      };
    });
}
