import {
  EVENTS,
  FACTS,
  InvariantError,
  PoisonError,
  type SiteRegistry,
  type TypedData,
  decodeBody,
  decodeEntry,
  definitionOf,
  maySend,
  parseJson,
} from '#contracts';
import {
  Replay,
  type ReplayEntry,
  type StreamRecord,
  type WorkingSet,
  decodeRecord,
  factSource,
} from '#custody';
import { BooksCheck } from './books-check.js';
import { type ClassCounts, ClassesCheck } from './classes-check.js';
import { CompletenessCheck, type SpeakerCounts } from './completeness-check.js';
import type { DatabaseCheck } from './database-check.js';
import { type Findings, messageOf } from './findings.js';
import type { KeyAdoption } from './rotation-check.js';
import { SealCheck, type SealCounts } from './seal-check.js';
import { StationKeys } from './station-keys.js';

/** Facts that the check of completeness reads; the others are compared as bytes alone. */
const READ_FACTS: ReadonlySet<string> = new Set([
  FACTS.gapDeclared.type,
  FACTS.gapFilled.type,
  FACTS.exceptionRaised.type,
]);

/** What a station said, where an entry has another type than that. */
const SAID_AS: Readonly<Partial<Record<TypedData['key'], string>>> = {
  piecesClassified: EVENTS.piecesScanned.type,
  confidentialKept: EVENTS.confidentialRecorded.type,
};

/** Entries between two looks at the books: postings must not pile up, nor a fold be opened often. */
const SETTLE_ENTRIES = 4_096;

export interface RulesCounts {
  readonly entries: number;
  readonly facts: number;
  readonly pieces: number;
  readonly postings: number;
  /** Entries that the rules were folded over again; below `entries` when they had to stop. */
  readonly refolded: number;
  readonly seals: ReadonlyMap<string, SealCounts>;
  readonly speakers: ReadonlyMap<string, SpeakerCounts>;
  /** Null: pieces were not classified again. */
  readonly classes: ClassCounts | null;
}

/** What follows from the content of entries: re-fold, seals, completeness, books, speakers. */
export class RulesCheck {
  private readonly keys: StationKeys;
  private readonly seals: SealCheck;
  private readonly completeness: CompletenessCheck;
  private readonly books: BooksCheck;
  private readonly replay: Replay;
  private readonly classes: ClassesCheck | null;
  /** Keys that the log says may sign it. */
  readonly keyAdoptions: KeyAdoption[] = [];
  private refolds = true;
  private settled = 0;
  private reported = 0;
  private entries = 0;
  private facts = 0;
  private pieces = 0;
  private refolded = 0;

  constructor(
    private readonly siteId: string,
    private readonly findings: Findings,
    /** Null: there is no database to be held against what is made again. */
    private readonly database: DatabaseCheck | null,
    withClasses: boolean,
  ) {
    this.keys = new StationKeys(findings);
    this.seals = new SealCheck(this.keys, findings);
    this.completeness = new CompletenessCheck(findings);
    this.books = new BooksCheck(findings);
    this.replay = new Replay(siteId);
    this.classes = withClasses ? new ClassesCheck(findings) : null;
  }

  /** Takes an entry apart; null, with a finding, when it is none. */
  decode(entry: Buffer, index: number): ReplayEntry | null {
    try {
      const { attributes, data, body } = decodeEntry(entry);
      if (attributes.siteid !== this.siteId) {
        const what = `${attributes.source} is of ${attributes.siteid}`;
        this.findings.add('entry-of-another-site', index, what);
      }
      const isFact = attributes.source === factSource(this.siteId);
      const raw = { attributes, value: data, ingestTimeMs: 0, body };
      const record = isFact ? null : decodeRecord(raw);
      return { entry, attributes, data, record };
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      this.findings.add('entry-unreadable', index, error.message);
      // Without it nothing that follows can be made again.
      this.refolds = false;
      return null;
    }
  }

  /** MUST be given a registry before the entry that adopts it. */
  adopt(digest: string, registry: SiteRegistry, index: number): void {
    this.replay.addRegistry(digest, registry);
    if (registry.siteId === this.siteId) this.keys.adopt(registry, index);
  }

  /** MUST be given the event that an entry corrects, before that entry. */
  addOriginal(entry: Buffer, index: number): void {
    const taken = this.decode(entry, index);
    if (taken !== null) this.replay.addOriginal(index, taken);
  }

  /** The rules cannot be folded over what follows. */
  stopRefold(): void {
    this.refolds = false;
  }

  visit(taken: ReplayEntry, index: number): void {
    this.entries++;
    const { attributes, record } = taken;
    if (record === null) this.facts++;
    else this.visitRecord(record, index);
    this.completeness.visit(attributes, index, record === null ? readFact(taken) : null);
    if (this.refolds) {
      this.guarded(index, () => {
        this.replay.push(taken);
      });
    }
    if (this.refolds) this.refolded++;
    this.database?.visit(taken, index);
    // An entry is folded when the next one is pushed: now the commit before is whole.
    if (this.database?.isBound(index) === true) this.settleBooks(index);
  }

  /** After each bundle: books, and what the re-fold has found. */
  settle(index: number): void {
    const isTime = index - this.settled >= SETTLE_ENTRIES;
    if (isTime && this.database === null) this.settleBooks(index);
    const { findings } = this.replay;
    for (const { class: kind, index: at, what } of findings.slice(this.reported)) {
      this.findings.add(kind, at, what);
    }
    this.reported = findings.length;
  }

  private settleBooks(index: number): void {
    this.settled = index;
    if (this.refolds) {
      this.guarded(index, () => {
        const result = this.replay.settle();
        this.books.add(result);
        this.database?.add(result);
      });
    }
  }

  end(): RulesCounts {
    if (this.refolds) {
      this.guarded(this.entries, () => {
        this.replay.end();
      });
    }
    this.settleBooks(this.entries);
    this.settle(this.entries);
    if (this.refolds) this.books.end(this.replay.set);
    const { entries, facts, pieces, refolded } = this;
    const seals = this.seals.counts();
    const speakers = this.completeness.end();
    const classes = this.classes?.counts() ?? null;
    const { postings } = this.books;
    return { entries, facts, pieces, refolded, seals, speakers, classes, postings };
  }

  /** Every state as the re-fold has it; null when it had to stop. */
  get states(): WorkingSet | null {
    return this.refolds ? this.replay.set : null;
  }

  private visitRecord(record: StreamRecord, index: number): void {
    const { typed } = record;
    if (typed.key === 'piecesClassified') this.pieces += typed.data.scan.massMg.length;
    if (typed.key === 'referenceAdopted' && typed.data.reference === 'log-key') {
      this.keyAdoptions.push({ digest: typed.data.digest, index });
    }
    if (typed.key === 'piecesScanned') this.pieces += typed.data.massMg.length;
    this.classes?.visit(record, index);
    this.checkSpeaker(record, index);
    this.seals.visit(record, index);
  }

  /** The registry names who speaks at the site, and a speaker says what is of its kind. */
  private checkSpeaker({ attributes, typed }: StreamRecord, index: number): void {
    if (!this.keys.isKnown || typed.key === 'recordRejected') return;
    const { source, type } = attributes;
    const kinds = this.keys.kindsOf(source);
    const said = SAID_AS[typed.key] ?? type;
    const definition = definitionOf(said)!;
    if (kinds !== undefined && [...kinds].some((kind) => maySend(kind, definition))) return;
    const what =
      kinds === undefined ? `${source} is not enrolled` : `${source} may not send ${said}`;
    this.findings.add('speaker-unknown', index, what);
  }

  private guarded(index: number, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      this.refolds = false;
      this.findings.add('rules-stopped', index, messageOf(error));
    }
  }
}

function readFact({ attributes, data }: ReplayEntry): TypedData | null {
  if (!READ_FACTS.has(attributes.type)) return null;
  try {
    return decodeBody(attributes.type, parseJson(data));
  } catch (error) {
    // The re-fold finds it: the rules would have stated it otherwise.
    if (error instanceof PoisonError) return null;
    throw error;
  }
}
