import type { StationEvent } from '../arbitraries/site-stream.js';
import { BooksModel } from './books-model.js';
import { CorrectionsModel } from './corrections-model.js';
import { type Correction, type Deed, deedOf, markName, nameOf, wordOf } from './deeds.js';
import { type BootModel, type How, SourcesModel, type Word } from './source-model.js';

/** What one record made of the site. */
export interface StepModel {
  /** Names of the events that entered the log, in their order. */
  readonly entered: { readonly name: string; readonly how: How }[];
  /** Of these the ones that were refused, of those whose refusal the model knows. */
  readonly refused: Set<string>;
}

/** Which event stands at a log index, by its name; null: none, or a fact. */
export type StandsAt = (logIndex: number) => string | null;

/**
 * What a site must come to, said the simplest way there is: sets of seqs instead of ranges, sums
 * between places instead of postings, no netting, no states. What it does not say (claims, custody,
 * quarantine, facts) is held by the invariants alone.
 */
export class SiteModel {
  nowMs: number;
  consumed = 0;
  period = 1;
  rejected = 0;
  readonly books = new BooksModel();
  readonly corrections = new CorrectionsModel(this.books);
  readonly sources: SourcesModel;
  readonly deeds = new Map<string, Deed>();
  /** In the log and not booked: a lower boot said them. */
  readonly strays = new Set<string>();
  private step: StepModel = { entered: [], refused: new Set() };
  private standsAt: StandsAt = () => null;

  constructor(
    private readonly siteId: string,
    startMs: number,
  ) {
    this.nowMs = startMs;
    this.sources = new SourcesModel((boot, seq, how, word) => {
      this.enter(boot, seq, how, word);
    });
  }

  /** The record reaches the ledger `afterMs` later than the one before. */
  consume(event: StationEvent, afterMs: number, standsAt: StandsAt): StepModel {
    const { source, boot, seq } = event.attributes;
    const word = wordOf(event);
    this.nowMs += afterMs;
    this.consumed++;
    this.step = { entered: [], refused: new Set() };
    this.standsAt = standsAt;
    const name = nameOf(event.attributes);
    if (word.mark === null && !this.deeds.has(name)) this.deeds.set(name, deedOf(event));
    this.sources.expire(this.nowMs);
    this.sources.arrive(this.sources.boot(source, boot), seq, word, this.nowMs);
    return this.step;
  }

  private enter(boot: BootModel, seq: number, how: How, { mark }: Word): void {
    const name = nameOf({ source: boot.source, boot: boot.boot, seq });
    this.step.entered.push({ name: mark === null ? name : markName(name), how });
    if (mark === 'rejected' && how !== 'stray') this.rejected++;
    if (mark !== null) return;
    if (how === 'stray') {
      this.strays.add(name);
      return;
    }
    const deed = this.deeds.get(name)!;
    if (this.isRefused(name, boot, deed)) this.step.refused.add(name);
  }

  private isRefused(name: string, boot: BootModel, deed: Deed): boolean {
    if (deed.what === 'period') return this.closePeriod(deed.period);
    if (deed.what === 'correct') return this.corrections.book(deed, this.originalOf(deed));
    if (deed.what !== 'boot') return this.books.book(name, deed);
    this.sources.openPrevious(boot, deed.previous, deed.last);
    return deed.previous >= boot.boot;
  }

  private closePeriod(period: string): boolean {
    if (period !== `${this.siteId}.period-${this.period}`) return true;
    this.period++;
    this.sources.closePeriod();
    return false;
  }

  private originalOf({ of, logIndex }: Correction): Deed | null {
    const stands = this.standsAt(logIndex) === of && !this.strays.has(of);
    return stands ? this.deeds.get(of)! : null;
  }
}
