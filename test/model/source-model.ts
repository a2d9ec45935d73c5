/**
 * What must become of the seqs of a source, said the simplest way there is: sets instead of ranges,
 * one boot beside the other.
 */

/** As the rules have it: how long a hole is waited for. */
const GAP_TIMEOUT_MS = 60_000;

export type How = 'next' | 'late' | 'stray';

/** What a record says of a seq. */
export interface Word {
  /** Of the bytes that the station said, or, of a mark, that it stands for. */
  readonly digest: string;
  /** It fills the slot of what was refused; null: it is the event itself. */
  readonly mark: 'rejected' | 'voided' | null;
}

/** One boot's seqs. */
export class BootModel {
  /** In the log, with what was said of each. */
  readonly entered = new Map<number, Word>();
  /** Entries: the event that a mark stands for may be in the log beside it. */
  entries = 0;
  /** Given up; a record may still come for one. */
  readonly gaps = new Set<number>();
  /** Above a hole: what was said, and the time at which it came. */
  readonly parked = new Map<number, { readonly word: Word; readonly sinceMs: number }>();
  /** Other words for a seq that is known, each once. */
  readonly contradictions = new Set<string>();
  duplicates = 0;
  position = 0;
  missingSinceMs: number | null = null;
  /** A later boot does not know where this one ended. */
  openAbove = false;

  constructor(
    readonly source: string,
    readonly boot: number,
  ) {}

  get lowestParked(): number {
    return Math.min(...this.parked.keys());
  }

  wordOf(seq: number): Word | undefined {
    return this.entered.get(seq) ?? this.parked.get(seq)?.word;
  }
}

/** Told of each event that enters the log, in the order in which they do. */
export type Entering = (boot: BootModel, seq: number, how: How, word: Word) => void;

/** The sources of a site. */
export class SourcesModel {
  private readonly sources = new Map<string, BootModel[]>();

  constructor(private readonly entering: Entering) {}

  get boots(): readonly BootModel[] {
    return [...this.sources.values()].flat();
  }

  boot(source: string, boot: number): BootModel {
    const boots = this.sources.get(source) ?? [];
    const known = boots.find((state) => state.boot === boot);
    if (known !== undefined) return known;
    const fresh = new BootModel(source, boot);
    boots.push(fresh);
    boots.sort((a, b) => a.boot - b.boot);
    this.sources.set(source, boots);
    return fresh;
  }

  arrive(boot: BootModel, seq: number, word: Word, nowMs: number): void {
    const known = boot.wordOf(seq);
    if (known !== undefined && isAwaited(boot, seq, word)) {
      this.enter(boot, seq, word, 'late');
    } else if (known !== undefined) {
      const name = `${seq} ${word.digest}`;
      giveWay(boot, seq, word);
      if (known.digest === word.digest || boot.contradictions.has(name)) boot.duplicates++;
      else boot.contradictions.add(name);
    } else if (boot.gaps.delete(seq)) {
      this.enter(boot, seq, word, 'late');
    } else if (boot.boot < this.newestSpoken(boot.source)) {
      this.enter(boot, seq, word, boot.openAbove ? 'late' : 'stray');
    } else {
      boot.parked.set(seq, { word, sinceMs: nowMs });
      if (seq === boot.position + 1) this.release(boot);
      else boot.missingSinceMs ??= nowMs;
    }
  }

  /** What time gives up: the longest missing range, then what waited above it, and so on. */
  expire(nowMs: number): void {
    for (;;) {
      const [due] = this.boots
        .filter(({ missingSinceMs }) => missingSinceMs !== null)
        .map((boot) => ({ boot, sinceMs: boot.missingSinceMs!, name: nameOf(boot) }))
        .sort((a, b) => a.sinceMs - b.sinceMs || (a.name < b.name ? -1 : 1));
      if (due === undefined || nowMs < due.sinceMs + GAP_TIMEOUT_MS) return;
      this.giveUp(due.boot);
    }
  }

  /** `station.booted` says where the boot before ended. */
  openPrevious(of: BootModel, previousBoot: number, last: number | 'unknown'): void {
    if (previousBoot >= of.boot) return;
    const previous = this.boot(of.source, previousBoot);
    if (last === 'unknown') previous.openAbove = true;
    else this.declareGap(previous, last);
  }

  closePeriod(): void {
    for (const boot of this.boots) boot.openAbove = false;
  }

  private newestSpoken(source: string): number {
    const spoken = this.sources.get(source)!.filter(({ position }) => position > 0);
    return spoken.at(-1)?.boot ?? 0;
  }

  private giveUp(boot: BootModel): void {
    this.declareGap(boot, boot.lowestParked - 1);
    this.release(boot);
  }

  private declareGap(boot: BootModel, last: number): void {
    for (let seq = boot.position + 1; seq <= last; seq++) {
      if (!boot.entered.has(seq)) boot.gaps.add(seq);
    }
    boot.position = Math.max(boot.position, last);
  }

  private release(boot: BootModel): void {
    for (;;) {
      const next = boot.parked.get(boot.position + 1);
      if (next === undefined) break;
      boot.parked.delete(boot.position + 1);
      if (boot.entered.size === 0) this.endLower(boot);
      boot.position++;
      this.enter(boot, boot.position, next.word, 'next');
    }
    // The next hole was there at the latest when the record above it came.
    boot.missingSinceMs = boot.parked.get(boot.lowestParked)?.sinceMs ?? null;
  }

  /** What a lower boot still had waiting comes before the first event of a higher one. */
  private endLower({ source, boot }: BootModel): void {
    for (const lower of this.sources.get(source)!) {
      while (lower.boot < boot && lower.parked.size > 0) this.giveUp(lower);
    }
  }

  private enter(boot: BootModel, seq: number, word: Word, how: How): void {
    boot.entered.set(seq, word);
    boot.entries++;
    this.entering(boot, seq, how, word);
  }
}

/** A reject waits for the bytes that it stands for and for the station's void, a void for the bytes. */
const standsFor = (known: Word | undefined, { digest, mark }: Word): boolean =>
  known !== undefined &&
  known.mark !== null &&
  known.digest === digest &&
  (mark === null || (mark === 'voided' && known.mark === 'rejected'));

/** In the log: what it stands for is entered beside it. */
const isAwaited = ({ entered }: BootModel, seq: number, word: Word): boolean =>
  standsFor(entered.get(seq), word);

/** While it waits for a lower seq: what it stands for waits in its place. */
function giveWay({ parked }: BootModel, seq: number, word: Word): void {
  const waiting = parked.get(seq);
  if (standsFor(waiting?.word, word)) parked.set(seq, { ...waiting!, word });
}

const nameOf = ({ source, boot }: BootModel): string => `gap ${source} ${boot}`;
