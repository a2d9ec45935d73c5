import { type DataOf, invariant } from '#contracts';
import { loss, unaccounted, weighedRun } from './accounts.js';
import { compareEstimates } from './estimates.js';
import { raise } from './exceptions.js';
import { type Statement, fact } from './facts.js';
import { type Folding, byText } from './folding.js';
import { gradeOutlets } from './grading.js';
import { absolute, beyondThreeSigma, square, sum, uncertaintyMg } from './mass.js';
import type { RunState } from './model.js';
import { post } from './postings.js';
import { placeReadings } from './placements.js';
import { touchRun } from './run-states.js';
import { watchRun } from './scale-watches.js';
import { watchOutlets } from './sensor-watches.js';
import { bootKey } from './working-set.js';

type Marks = DataOf<'runBalanced'>['marks'];

/** Strikes the balance of every closing run whose marks are all reached. */
export function strikeReached(folding: Folding): void {
  if (folding.closing.size === 0) return;
  for (const run of [...folding.closing.values()].sort((a, b) => byText(a.runId, b.runId))) {
    if (marksOf(folding, run) !== 'waited') strikeBalance(folding, run);
  }
}

/**
 * How far the stations of a run have spoken: `waited` while a mark is above its position or a
 * station of the run's line is not named, `gapped` when the slot of a mark is an open one.
 */
function marksOf(folding: Folding, run: RunState): Marks {
  const { upTo, lineId } = run;
  if (upTo === null || lineId === null) return 'waited';
  const named = new Set(upTo.map(({ source }) => source));
  const ofLine = folding.site.registry?.stations.filter((station) => station.lineId === lineId);
  if (ofLine?.some(({ source }) => !named.has(source)) === true) return 'waited';
  let marks: Marks = 'reached';
  for (const { source, boot, seq } of upTo) {
    const state = folding.set.boots.get(bootKey(source, boot));
    if (state === undefined || state.position < seq) return 'waited';
    if (state.openSlots.some(({ first, last }) => first <= seq && seq <= last)) marks = 'gapped';
  }
  return marks;
}

/**
 * Strikes the balance of a run, or strikes it anew after a late observation: `W:run` becomes
 * exactly 0, what no scale accounts for stands in `W:unaccounted`. Postings belong to the entry of
 * `run.balanced` itself, for that is the entry which states them.
 */
export function strikeBalance(folding: Folding, run: RunState): void {
  const { runId } = run;
  const first = run.status !== 'balanced';
  const ownIndex = folding.site.treeSize;
  if (first) {
    for (const { account, massMg } of run.losses) {
      const debit = loss(account, runId);
      post(folding, { debit, credit: weighedRun(runId), massMg, code: 'loss' }, ownIndex);
    }
  }
  const figures = figuresOf(run);
  const difference = figures.unaccountedMg - run.unaccountedMg;
  const [debit, credit] =
    difference > 0n
      ? [unaccounted(runId), weighedRun(runId)]
      : [weighedRun(runId), unaccounted(runId)];
  post(folding, { debit, credit, massMg: absolute(difference), code: 'unaccounted' }, ownIndex);
  const marks = marksOf(folding, run);
  const stated = fact(folding, 'runBalanced', runId, {
    ...statementOf(run, figures),
    marks,
    ...(run.balancedSeq === null ? {} : { supersedes: run.balancedSeq }),
  });
  invariant(stated.logIndex === ownIndex, 'a balance is not where its postings say');
  run.unaccountedMg = figures.unaccountedMg;
  run.balancedSeq = stated.seq;
  run.status = 'balanced';
  run.deadlineMs = null;
  run.changedIndex = Math.max(run.changedIndex, stated.logIndex);
  folding.closing.delete(runId);
  touchRun(folding, run);
  judge(folding, run, figures, first);
  compareEstimates(folding, run);
  placeReadings(folding, run);
  if (first) watchOutlets(folding, run);
  gradeOutlets(folding, run);
  if (!first || marks !== 'reached') return;
  watchRun(folding, run, { massMg: figures.unaccountedMg, varianceMg2: figures.allMg2 });
}

interface Figures {
  readonly feedMg: bigint;
  readonly feedMg2: bigint;
  readonly outMg: bigint;
  readonly outMg2: bigint;
  readonly unaccountedMg: bigint;
  /** Sum of squares of every term's uncertainty. */
  readonly allMg2: bigint;
}

function figuresOf(run: RunState): Figures {
  const feedMg = sum(run.feeds.map((feed) => feed.cumulativeMg));
  const feedMg2 = sum(run.feeds.map((feed) => square(feed.uncertaintyMg)));
  const outMg = sum(run.weighedOut.map((row) => row.massMg));
  const outMg2 = sum(run.weighedOut.map((row) => row.uncertaintyMg2));
  const lossMg = sum(run.losses.map((row) => row.massMg));
  const lossMg2 = sum(run.losses.map((row) => square(row.uncertaintyMg)));
  return {
    feedMg,
    feedMg2,
    outMg,
    outMg2,
    unaccountedMg: feedMg - outMg - lossMg,
    allMg2: feedMg2 + outMg2 + lossMg2,
  };
}

function statementOf(
  run: RunState,
  figures: Figures,
): Omit<Statement<'runBalanced'>, 'marks' | 'supersedes'> {
  return {
    runId: run.runId,
    feedMg: figures.feedMg.toString(),
    feedUncertaintyMg: uncertaintyMg(figures.feedMg2).toString(),
    feeds: feedsByLot(run),
    outlets: outletsOf(run),
    losses: run.losses.map((row) => ({
      account: row.account,
      massMg: row.massMg.toString(),
      uncertaintyMg: row.uncertaintyMg.toString(),
    })),
    unaccountedMg: figures.unaccountedMg.toString(),
    unaccountedUncertaintyMg: uncertaintyMg(figures.allMg2).toString(),
  };
}

function feedsByLot(run: RunState): DataOf<'runBalanced'>['feeds'] {
  const lots = new Map<string, { massMg: bigint; variance: bigint }>();
  for (const feed of run.feeds) {
    const lot = lots.get(feed.lotId) ?? { massMg: 0n, variance: 0n };
    lot.massMg += feed.cumulativeMg;
    lot.variance += square(feed.uncertaintyMg);
    lots.set(feed.lotId, lot);
  }
  return [...lots].map(([lotId, { massMg, variance }]) => ({
    lotId,
    massMg: massMg.toString(),
    uncertaintyMg: uncertaintyMg(variance).toString(),
  }));
}

function outletsOf(run: RunState): DataOf<'runBalanced'>['outlets'] {
  const listed = new Map(run.outlets.map(({ outlet, lotId }) => [outlet, lotId]));
  const weighed = new Map(run.weighedOut.map((row) => [row.outlet, row]));
  return [...new Set([...listed.keys(), ...weighed.keys()])]
    .sort((a, b) => a - b)
    .map((outlet) => ({
      outlet,
      lotId: listed.get(outlet) ?? null,
      massMg: (weighed.get(outlet)?.massMg ?? 0n).toString(),
      uncertaintyMg: uncertaintyMg(weighed.get(outlet)?.uncertaintyMg2 ?? 0n).toString(),
    }));
}

function judge(folding: Folding, run: RunState, figures: Figures, first: boolean): void {
  const { feedMg, feedMg2, outMg, outMg2, unaccountedMg, allMg2 } = figures;
  if (first) raiseUnlistedOutlets(folding, run);
  if (outMg > feedMg && beyondThreeSigma(outMg - feedMg, feedMg2 + outMg2)) {
    raise(folding, 'outlets-exceed-feed', run.runId, {
      feedMg: feedMg.toString(),
      outletsMg: outMg.toString(),
      uncertaintyMg: uncertaintyMg(feedMg2 + outMg2).toString(),
    });
  }
  if (beyondThreeSigma(unaccountedMg, allMg2)) {
    raise(folding, 'run-unbalanced', run.runId, {
      unaccountedMg: unaccountedMg.toString(),
      uncertaintyMg: uncertaintyMg(allMg2).toString(),
    });
  }
}

/**
 * An outlet that the run does not list keeps its mass in an account of its own, in plain sight.
 * A frame's row is there from its first piece on, even while its sums are held back.
 */
function raiseUnlistedOutlets(folding: Folding, run: RunState): void {
  const listed = new Set(run.outlets.map(({ outlet }) => outlet));
  const spoken = new Set([...run.weighedOut, ...run.estimatedOut].map(({ outlet }) => outlet));
  for (const outlet of [...spoken].sort((a, b) => a - b)) {
    if (listed.has(outlet)) continue;
    const weighed = run.weighedOut.find((row) => row.outlet === outlet);
    raise(folding, 'unknown-lot', run.runId, {
      outlet: String(outlet),
      weighedMg: (weighed?.massMg ?? 0n).toString(),
    });
  }
}
