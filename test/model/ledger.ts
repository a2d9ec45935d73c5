import { FACTS } from '#contracts';
import type { FoldResult, WorkingSet } from '#custody';
import { same } from './check.js';
import { ClaimsCheck } from './claims-check.js';
import { CompletenessCheck } from './completeness-check.js';
import { CorrectionsCheck, restsOn } from './corrections-check.js';
import { type Deed, loadIn } from './deeds.js';
import { EstimatesCheck } from './estimates-check.js';
import { LogCheck, type Standing } from './log-check.js';
import { PostingsCheck } from './postings-check.js';
import type { SiteModel, StepModel } from './site-model.js';
import { checkClosed, checkPlaces, checkTransit } from './stock-check.js';

/** The log and the books of a site, followed step by step and held to the invariants. */
export class Ledger {
  readonly log: LogCheck;
  readonly postings = new PostingsCheck();
  private readonly completeness: CompletenessCheck;
  private readonly corrections = new CorrectionsCheck();
  private readonly claims = new ClaimsCheck(this.postings);
  readonly estimates = new EstimatesCheck();
  private readonly open = new Set<string>();
  private notices = 0;

  constructor(private readonly set: WorkingSet) {
    this.log = new LogCheck(set.site.siteId);
    this.completeness = new CompletenessCheck(this.log);
  }

  /** Takes what one call of the rules did, and checks it and then the whole. */
  take(result: FoldResult, model: SiteModel, step: StepModel): Step {
    const standing = this.log.take(result, this.set.site.treeSize);
    const entered = standing.filter(({ isFact }) => !isFact).map(({ name }) => name);
    const should = step.entered.map(({ name }) => name);
    same(entered.join(), should.join(), 'I14, I18: entries in their order');
    const refused = refusedIn(standing);
    for (const name of entered) checkRefusal(name, model, { is: refused, should: step.refused });
    this.corrections.take(result, standing, model, refused);
    this.corrections.checkKept(this.set, model);
    this.postings.take(result);
    this.postings.checkStates(result, this.set);
    checkPlaces(this.postings, model.books);
    checkTransit(this.postings, model.books);
    checkClosed(this.postings, model.books, this.set);
    this.claims.take(result, this.set);
    this.estimates.take(result, this.set);
    this.estimates.check(this.set, model.books);
    this.completeness.count(result.counts);
    this.completeness.check(this.set, model);
    this.takeNotices(result, model);
    this.takeExceptions(result);
    return { entered, refused };
  }

  /** I7: the sender is told of each load once, and what it was. */
  private takeNotices({ notices }: FoldResult, { books }: SiteModel): void {
    for (const { seq, data } of notices) {
      const should = books.notices[this.notices++];
      const said = JSON.parse(data.toString()) as Parameters<typeof loadIn>[0];
      same(seq, should?.seq, 'I7: notice');
      const told = loadIn(said, this.set.site.siteId);
      same(JSON.stringify(told), JSON.stringify(should?.load), 'I7: notice', String(seq));
    }
    same(this.notices, books.notices.length, 'I7: notices');
  }

  /** What is closed was open: an exception ends once. */
  private takeExceptions({ exceptionsRaised, exceptionsClosed }: FoldResult): void {
    for (const { exceptionId } of exceptionsRaised) this.open.add(exceptionId);
    for (const { exceptionId } of exceptionsClosed) {
      same(this.open.delete(exceptionId), true, 'an exception that is open', exceptionId);
    }
  }
}

export interface Step {
  readonly entered: readonly string[];
  readonly refused: ReadonlySet<string>;
}

const REFUSALS: ReadonlySet<string> = new Set([
  'request-refused',
  'release-refused',
  'reference-conflict',
  'body-invalid',
  'subject-mismatch',
]);

/** Names of the events that a fact refuses. */
function refusedIn(standing: readonly Standing[]): Set<string> {
  const names = new Map(standing.map(({ index, name }) => [index, name]));
  const refused = new Set<string>();
  for (const { isFact, type, data } of standing) {
    if (!isFact) continue;
    const isClaim = type === FACTS.claimRefused.type;
    if (!isClaim && type !== FACTS.exceptionRaised.type) continue;
    const { code } = JSON.parse(data.toString()) as { readonly code?: string };
    if (isClaim || REFUSALS.has(code ?? '')) refused.add(names.get(restsOn(data)) ?? '');
  }
  return refused;
}

/** The model knows which of these are refused. */
const KNOWN: ReadonlySet<Deed['what']> = new Set([
  'correct',
  'dispatch',
  'receipt',
  'take-in',
  'return',
  'period',
  'boot',
]);

function checkRefusal(
  name: string,
  { deeds }: SiteModel,
  { is, should }: { readonly is: ReadonlySet<string>; readonly should: ReadonlySet<string> },
): void {
  if (KNOWN.has(deeds.get(name)?.what ?? 'nothing'))
    same(is.has(name), should.has(name), 'refused', name);
}
