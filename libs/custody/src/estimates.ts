import { close, raise } from './exceptions.js';
import type { Folding } from './folding.js';
import { settleFramesOf } from './frame-sums.js';
import type { EstimateLimits } from './limits.js';
import { square, sum, uncertaintyMg } from './mass.js';
import type { RunState } from './model.js';
import { touchRun } from './run-states.js';

/**
 * Book E against book W (reference, ledger 4.3, I13): of every outlet of a balanced run, what the
 * pieces came to against what the containers weighed.
 *
 * They are compared where they meet, at the outlet, and not in the lot: later a lot is dried,
 * blended, split and shipped by weight alone, and its pieces stay where they were counted. A lot
 * that several runs fill is within the sum of its outlets' tolerances when each of these is within
 * its own. Not compared is an outlet without a lot, one that nothing with a mass was seen to go to (a
 * sieve, a reactor), one where pieces without a mass went and no piece has one, and one that nobody
 * has weighed. Hazards are in both books until somebody picks them out, which the run declares as a
 * loss.
 */
export interface ComparedOutlet {
  readonly outlet: number;
  readonly lotId: string;
  readonly estimatedMg: bigint;
  readonly weighedMg: bigint;
  readonly toleranceMg: bigint;
  /** If not, an exception `estimate-difference` MUST be open. */
  readonly within: boolean;
}

/** Every outlet of a run that can be compared, ascending; none before the run is balanced. */
export function comparedOutlets(run: RunState, limits: EstimateLimits): ComparedOutlet[] {
  if (run.status !== 'balanced') return [];
  const allMg = estimateOf(run).massMg;
  const meanMg = meanOf(run);
  return [...run.outlets]
    .sort((a, b) => a.outlet - b.outlet)
    .flatMap(({ outlet, lotId }) => {
      const weighed = run.weighedOut.find((row) => row.outlet === outlet);
      const estimate = estimateOf(run, outlet);
      if (weighed === undefined || weighed.containers < 1 || estimate.massMg <= 0n) return [];
      if (estimate.unweighed > 0n && meanMg === 0n) return [];
      const declared = run.losses.map((loss) => square(loss.uncertaintyMg));
      const varianceMg2 = sum([
        weighed.uncertaintyMg2,
        ...declared,
        ...doubtsOf(estimate, { massMg: allMg, meanMg }, limits),
      ]);
      const floorMg = BigInt(limits.floorMg);
      // The sensor may have seen what was lost after it.
      const lostMg = sum(run.losses.map(({ massMg }) => massMg));
      const differenceMg = weighed.massMg - estimate.massMg;
      const apartMg = differenceMg > 0n ? differenceMg : largest(0n, -differenceMg - lostMg);
      return [
        {
          outlet,
          lotId,
          estimatedMg: estimate.massMg,
          weighedMg: weighed.massMg,
          toleranceMg: largest(floorMg, 3n * uncertaintyMg(varianceMg2)),
          within: apartMg <= floorMg || square(apartMg) <= 9n * varianceMg2,
        },
      ];
    });
}

interface Estimate {
  readonly massMg: bigint;
  readonly uncertaintyMgPpm: bigint;
  readonly unweighed: bigint;
}

/** Sums over the classes of one outlet, or of all. */
function estimateOf(run: RunState, outlet?: number): Estimate {
  const rows = run.estimatedOut.filter((row) => outlet === undefined || row.outlet === outlet);
  return {
    massMg: sum(rows.map(({ massMg }) => massMg)),
    uncertaintyMgPpm: sum(rows.map((row) => row.uncertaintyMgPpm ?? 0n)),
    unweighed: sum(rows.map((row) => row.unweighed ?? 0n)),
  };
}

/** Mass of a piece where pieces were weighed and counted; 0: nowhere, as with a sorter without pieces. */
function meanOf(run: RunState): bigint {
  const rows = run.estimatedOut.map(({ massMg, pieces, unweighed = 0n }) => ({
    massMg,
    counted: pieces - unweighed,
  }));
  const counted = rows.filter((row) => row.counted > 0n);
  const pieces = sum(counted.map((row) => row.counted));
  return pieces === 0n ? 0n : sum(counted.map(({ massMg }) => massMg)) / pieces;
}

const PPM = 1_000_000n;
/** Sum of squares over the square of the sum, a piece: masses of scrap are skewed (assumed). */
export const MASS_SKEW = 3n;

/**
 * Variances of an estimate, mg²: of the masses, as if all pieces erred alike, for nobody states how
 * much of the error they share; of what ends elsewhere than the sorter meant, of the smaller side
 * what is missed and of the larger what strays, and of the few pieces which that is; and of pieces
 * without a mass, each by the mean of the others.
 */
function doubtsOf(
  of: Estimate,
  all: { readonly massMg: bigint; readonly meanMg: bigint },
  limits: EstimateLimits,
): bigint[] {
  const othersMg = all.massMg - of.massMg;
  const fewMg = of.massMg < othersMg ? of.massMg : othersMg;
  const manyMg = all.massMg - fewMg;
  const astrayMg = (fewMg * BigInt(limits.missedPpm) + manyMg * BigInt(limits.strayPpm)) / PPM;
  return [
    square(of.uncertaintyMgPpm / PPM),
    square(astrayMg),
    MASS_SKEW * all.meanMg * astrayMg,
    square(of.unweighed * all.meanMg),
  ];
}

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/**
 * Raises what is beyond its tolerance and closes what is within it again. MUST be called when a run
 * is balanced and after anything that changes what came to its outlets since. What is open then
 * follows from the sums alone, so neither the order of observations nor a split of a batch matters.
 */
export function compareEstimates(folding: Folding, run: RunState): void {
  if (run.status !== 'balanced') return;
  settleFramesOf(folding, run);
  const known = run.estimatesOff ?? [];
  const off = comparedOutlets(run, folding.limits.estimates).filter(({ within }) => !within);
  const gone = known.filter((open) => !off.some((one) => isOf(open, one)));
  const found = off.filter((one) => !known.some((open) => isOf(open, one)));
  if (gone.length === 0 && found.length === 0) return;
  touchRun(folding, run);
  for (const { exceptionId } of gone) close(folding, exceptionId, 'within-tolerance');
  const kept = known.filter((open) => !gone.includes(open));
  for (const { outlet, lotId, ...compared } of found) {
    const exceptionId = raise(folding, 'estimate-difference', lotId, {
      run: run.runId,
      outlet: String(outlet),
      estimatedMg: compared.estimatedMg.toString(),
      weighedMg: compared.weighedMg.toString(),
      toleranceMg: compared.toleranceMg.toString(),
    });
    kept.push({ outlet, lotId, exceptionId });
  }
  kept.sort((a, b) => a.outlet - b.outlet);
  if (kept.length > 0) run.estimatesOff = kept;
  else delete run.estimatesOff;
}

type At = Pick<ComparedOutlet, 'outlet' | 'lotId'>;

const isOf = (open: At, one: At): boolean => open.outlet === one.outlet && open.lotId === one.lotId;
