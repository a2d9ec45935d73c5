import {
  type FoldResult,
  RULES,
  type RuleVersions,
  type WorkingSet,
  comparedOutlets,
} from '#custody';
import type { BooksModel } from './books-model.js';
import { same } from './check.js';

const [[FIRST_RULES, first]] = [...RULES] as [
  [number, NonNullable<ReturnType<RuleVersions['get']>>],
];
/** Masses of drawn commands are a few grams: with the floor of a kilogram nothing would differ. */
const estimates = { missedPpm: 5_000, strayPpm: 500, floorMg: 0 };
export const MODEL_RULES: RuleVersions = new Map([[FIRST_RULES, { ...first, estimates }]]);

/**
 * I13: where what the pieces came to is not what the containers weigh, an exception is open, and
 * nowhere else.
 */
export class EstimatesCheck {
  /** Exceptions raised: a run in which nothing ever differed shows nothing. */
  differed = 0;
  private readonly open = new Map<string, string>();

  take({ exceptionsRaised, exceptionsClosed }: FoldResult, { runs }: WorkingSet): void {
    for (const { exceptionId, code, about, figures } of exceptionsRaised) {
      if (code !== 'estimate-difference') continue;
      this.differed++;
      this.open.set(exceptionId, `${figures['run']!} ${figures['outlet']!} ${about}`);
    }
    for (const { exceptionId } of exceptionsClosed) this.open.delete(exceptionId);
    const beyond = [...runs.values()]
      .filter((run) => run !== null)
      .flatMap((run) =>
        comparedOutlets(run, estimates)
          .filter(({ within }) => !within)
          .map(({ outlet, lotId }) => `${run.runId} ${outlet} ${lotId}`),
      );
    same([...this.open.values()].sort().join(), beyond.sort().join(), 'I13: open exceptions');
  }

  /** What is compared is what came to the outlet. */
  check({ runs }: WorkingSet, model: BooksModel): void {
    for (const run of runs.values()) {
      if (run === null) continue;
      for (const { outlet, estimatedMg, weighedMg } of comparedOutlets(run, estimates)) {
        const came = model.cameTo(run.runId, outlet);
        const of = `${run.runId} ${outlet}`;
        same(estimatedMg, BigInt(came.seenMg), 'I13: seen at', of);
        same(weighedMg, BigInt(came.weighedMg), 'I13: weighed at', of);
      }
    }
  }
}
