import {
  type GradeBook,
  type GradeFinding,
  type Grading,
  type LimitFinding,
  gradeLot,
  gradesOfForm,
  referenceOf,
} from '#materials';
import { knowSensors } from './calibrations.js';
import { readingEvidence, richestOf } from './composition.js';
import { type Statement, fact } from './facts.js';
import { type Folding, byText } from './folding.js';
import { settleFramesOf } from './frame-sums.js';
import { type Aim, bookNamed, gradeBookOf, today, versionOf, wantedGrade } from './grade-aim.js';
import { findingsOf, measurementsOf } from './lot-findings.js';
import type { LotState, RunState } from './model.js';
import { lookedUp } from './working-set.js';

/** A lot held against the grade that it is declared as. */
export interface Judged {
  readonly book: GradeBook;
  readonly declared: GradeFinding;
  readonly verdict: Statement<'lotGraded'>['verdict'];
  readonly grading: Grading;
  /** The best other grade of its form that it keeps. */
  readonly nextBest: string | undefined;
}

/** Null: nothing that the declared grade bounds was measured. */
function judgeLot(lot: LotState, book: GradeBook, wanted: string): Judged | null {
  const grading = gradeLot({
    book,
    // Prices are a feed, and never part of a rule.
    prices: undefined,
    lotMassMg: lot.receivedMg,
    findings: findingsOf(lot),
    // Chemistry does not make shred into turnings.
    eligible: gradesOfForm(book, wanted),
    richest: richestOf(lot),
  });
  const declared = grading.findings.find(({ grade }) => grade === wanted);
  if (declared === undefined) return null;
  const { verdict } = declared;
  if (verdict === 'not-assessed') return null;
  const best = grading.grade?.grade;
  const nextBest = best === wanted ? grading.nextBest?.grade : best;
  return { book, declared, verdict, grading, nextBest };
}

/**
 * States what the lot is by what is known of it now; the facts of before stay in the log. Does nothing
 * for a lot of which nobody has said what it is to be held against.
 */
export function grade(folding: Folding, lot: LotState): void {
  const judged = judgedNow(folding, lot);
  if (judged === null) ungrade(folding, lot);
  else stateGrade(folding, lot, judged);
}

/** What came late to outlets of a balanced run. A belt may have much to tell, so not all of it is said. */
export function gradeLate(folding: Folding, run: RunState, outlets: readonly number[]): void {
  const touched = new Set(outlets);
  for (const { outlet, lotId } of run.outlets) {
    const lot = touched.has(outlet) ? lookedUp(folding.set.lots, lotId) : null;
    if (lot !== null) gradeAnew(folding, lot);
  }
}

/** States a grading only where it comes out otherwise than the last. */
export function gradeAnew(folding: Folding, lot: LotState): void {
  const judged = judgedNow(folding, lot);
  const { graded } = lot;
  if (judged === null) ungrade(folding, lot);
  else if (
    graded?.verdict !== judged.verdict ||
    graded.keeps !== keptBy(judged) ||
    graded.grade !== judged.declared.grade
  ) {
    stateGrade(folding, lot, judged);
  }
}

/** The lots behind a run's outlets, when the run is balanced. */
export function gradeOutlets(folding: Folding, run: RunState): void {
  for (const { lotId } of [...run.outlets].sort((a, b) => a.outlet - b.outlet)) {
    const lot = lookedUp(folding.set.lots, lotId);
    if (lot !== null) grade(folding, lot);
  }
}

/** Lots whose readings were corrected; one that was never graded has its turn when its run is balanced. */
export function gradeGraded(folding: Folding, lots: Iterable<LotState>): void {
  for (const lot of [...lots].sort((a, b) => byText(a.lotId, b.lotId))) {
    if (lot.graded !== undefined) grade(folding, lot);
  }
}

export function judgedNow(folding: Folding, lot: LotState, aim: Aim = lot): Judged | null {
  settleFramesOf(folding, lot);
  if (knowSensors(folding, lot)) note(folding, lot);
  const book = gradeBookOf(aim, today(folding));
  return book === undefined ? null : judgeLot(lot, book, wantedGrade(aim));
}

function ungrade(folding: Folding, lot: LotState): void {
  if (lot.graded === undefined) return;
  delete lot.graded;
  note(folding, lot);
}

export function stateGrade(folding: Folding, lot: LotState, judged: Judged): void {
  const before = lot.graded;
  const { seq, logIndex } = fact(folding, 'lotGraded', lot.lotId, {
    ...statementOf(lot, judged),
    ...(before === undefined ? {} : { supersedes: before.seq }),
  });
  lot.graded = {
    grade: judged.declared.grade,
    verdict: judged.verdict,
    keeps: keptBy(judged),
    book: versionOf(judged.book),
    seq,
    logIndex,
  };
  note(folding, lot);
}

const keptBy = ({ grading }: Judged): string | null => grading.grade?.grade ?? null;

function note(folding: Folding, lot: LotState): void {
  lot.changedIndex = Math.max(lot.changedIndex, folding.cause);
  folding.lots.add(lot);
}

/** The grading that a lot's state tells of, by what is known of the lot now. */
export function gradingOf(lot: LotState): Judged | null {
  const { graded } = lot;
  const book = graded === undefined ? undefined : bookNamed(graded.book);
  return book === undefined || graded === undefined ? null : judgeLot(lot, book, graded.grade);
}

const nameOf = (book: GradeBook): Statement<'lotGraded'>['book'] => {
  const { book: name, version, digest } = referenceOf(book);
  return { name, version, digest };
};

/** What the fact says, without what it replaces. */
function statementOf(
  lot: LotState,
  { book, declared, verdict, nextBest }: Judged,
): Statement<'lotGraded'> {
  const bounded = declared.limits.flatMap(({ limit }) => limit.of);
  const { pieces, readMg, calibrations } = readingEvidence(lot, bounded);
  const properties = declared.limits.flatMap(propertiesOf);
  const measurements = measurementsOf(lot);
  return {
    lotId: lot.lotId,
    grade: declared.grade,
    verdict,
    book: nameOf(book),
    limits: declared.limits.flatMap(limitsOf),
    ...(properties.length === 0 ? {} : { properties }),
    offSpecPpm: declared.offSpecPpm,
    ...(nextBest === undefined ? {} : { nextBestGrade: nextBest }),
    notAssessed: declared.notAssessed.slice(0, NOT_ASSESSED_MAX),
    evidence: {
      pieces: Number(pieces),
      readMg: readMg.toString(),
      lotMg: lot.receivedMg.toString(),
      assays: [...new Set(lot.assays.map(({ assayId }) => assayId))],
      calibrations: calibrations.slice(0, CALIBRATIONS_MAX),
      ...(measurements.length === 0 ? {} : { measurements }),
    },
  };
}

/** One that was assessed. */
function limitsOf(finding: LimitFinding): Statement<'lotGraded'>['limits'] {
  const { limit, found, parts, confidenceLimit, offSpecPpm } = finding;
  if (found === undefined || parts === undefined) return [];
  return [
    {
      analytes: [...limit.of],
      ...(finding.basis === undefined ? {} : { basis: finding.basis }),
      bound: limit.most === undefined ? 'min' : 'max',
      limitPpm: limit.most ?? limit.least!,
      meanPpm: rounded(found.value),
      samplingPpm: rounded(parts.sampling),
      noisePpm: rounded(parts.noise),
      ...(parts.placement === 0 ? {} : { placementPpm: rounded(parts.placement) }),
      biasPpm: rounded(parts.bias),
      assayPpm: rounded(parts.assay),
      confidenceLimitPpm: rounded(confidenceLimit!, BOUND_MAX),
      offSpecPpm: offSpecPpm!,
    },
  ];
}

type PropertyLimit = NonNullable<Statement<'lotGraded'>['properties']>[number];

/** A limit on what is no share of the mass, that was assessed; books have lengths in millimetres. */
function propertiesOf({
  limit,
  found,
  confidenceLimit,
  offSpecPpm,
}: LimitFinding): PropertyLimit[] {
  if (found === undefined || limit.unit === 'ppm') return [];
  const per = limit.unit === 'mm' ? 1_000 : 1;
  const figure = (value: number): number => rounded(value * per, FIGURE_MAX);
  return [
    {
      property: limit.of[0] as PropertyLimit['property'],
      unit: limit.unit === 'mm' ? 'micrometres' : limit.unit,
      bound: limit.most === undefined ? 'min' : 'max',
      limit: figure(limit.most ?? limit.least!),
      value: figure(found.value),
      uncertainty: figure(found.deviation),
      confidenceLimit: figure(confidenceLimit!),
      offSpecPpm: offSpecPpm!,
    },
  ];
}

const NOT_ASSESSED_MAX = 32;
const CALIBRATIONS_MAX = 64;
/** End of an interval on a logarithmic scale: any figure is as good as this one. */
const BOUND_MAX = 10_000_000;
const FIGURE_MAX = 1_000_000_000_000;

const rounded = (figure: number, most = 1_000_000): number =>
  Math.floor(Math.min(most, figure) + 0.5);
