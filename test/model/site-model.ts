/**
 * What a site must come to, said the simplest way there is: sets of seqs instead of ranges, sums
 * instead of postings. Whatever it does not say is held by the invariants.
 */

/** As the rules have it: how long a hole is waited for. */
const GAP_TIMEOUT_MS = 60_000;

/** One station's seqs. */
export class StationModel {
  /** In the log. */
  readonly entered = new Set<number>();
  /** Given up; a record may still come for one. */
  readonly gaps = new Set<number>();
  /** Above a hole, with the time at which it came. */
  readonly parked = new Map<number, number>();
  duplicates = 0;
  position = 0;
  private missingSinceMs: number | null = null;

  /** Seqs that enter the log when this one comes, in their order. */
  arrive(seq: number, nowMs: number): number[] {
    if (this.entered.has(seq) || this.parked.has(seq)) {
      this.duplicates++;
      return [];
    }
    if (this.gaps.delete(seq)) {
      this.entered.add(seq);
      return [seq];
    }
    this.parked.set(seq, nowMs);
    if (seq === this.position + 1) return this.release();
    this.missingSinceMs ??= nowMs;
    return [];
  }

  /** What time gives up: the lowest missing range, then what waited above it, and so on. */
  expire(nowMs: number): number[] {
    const entered: number[] = [];
    while (this.missingSinceMs !== null && nowMs >= this.missingSinceMs + GAP_TIMEOUT_MS) {
      const lowest = this.lowestParked();
      for (let seq = this.position + 1; seq < lowest; seq++) this.gaps.add(seq);
      this.position = lowest - 1;
      entered.push(...this.release());
    }
    return entered;
  }

  private release(): number[] {
    const entered: number[] = [];
    while (this.parked.delete(this.position + 1)) {
      this.position++;
      this.entered.add(this.position);
      entered.push(this.position);
    }
    // The next hole was there at the latest when the record above it came.
    this.missingSinceMs = this.parked.get(this.lowestParked()) ?? null;
    return entered;
  }

  private lowestParked(): number {
    return Math.min(...this.parked.keys());
  }
}

/** What an event says, as far as masses go; the model books it when it enters the log. */
export type Deed =
  | { readonly what: 'nothing' }
  | { readonly what: 'deliver'; readonly lot: string; readonly massMg: number }
  | { readonly what: 'feed'; readonly run: string; readonly lot: string; readonly readMg: number }
  | { readonly what: 'start'; readonly run: string }
  | { readonly what: 'weigh'; readonly run: string; readonly lot: string; readonly massMg: number }
  | { readonly what: 'ship'; readonly lot: string; readonly massMg: number };

export class SiteModel {
  nowMs: number;
  consumed = 0;
  readonly stations = new Map<string, StationModel>();
  /** Of lots: what came in less what went out, whether the lot held it or not. */
  readonly netMg = new Map<string, bigint>();
  inMg = 0n;
  private readonly deeds = new Map<string, Deed>();
  private readonly started = new Set<string>();
  private unassigned: { run: string; lot: string; massMg: bigint }[] = [];
  private readonly readings = new Map<string, number>();

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** A station has said it; it may take any way to the ledger. */
  said(source: string, seq: number, deed: Deed): void {
    this.deeds.set(`${source} ${seq}`, deed);
    this.station(source);
  }

  /** The record reaches the ledger `afterMs` later than the one before. */
  consume(source: string, seq: number, afterMs: number): void {
    this.nowMs += afterMs;
    this.consumed++;
    for (const name of [...this.stations.keys()].sort()) {
      const waiting = this.stations.get(name)!;
      for (const entered of waiting.expire(this.nowMs)) this.book(name, entered);
    }
    for (const entered of this.station(source).arrive(seq, this.nowMs)) this.book(source, entered);
  }

  station(source: string): StationModel {
    let station = this.stations.get(source);
    if (station === undefined) {
      station = new StationModel();
      this.stations.set(source, station);
    }
    return station;
  }

  private book(source: string, seq: number): void {
    const deed = this.deeds.get(`${source} ${seq}`)!;
    if (deed.what === 'nothing') return;
    if (deed.what === 'deliver') {
      this.grow(deed.lot, BigInt(deed.massMg));
      this.inMg += BigInt(deed.massMg);
    } else if (deed.what === 'start') {
      this.start(deed.run);
    } else if (deed.what === 'weigh') {
      this.weigh(deed.run, deed.lot, BigInt(deed.massMg));
    } else if (deed.what === 'ship') {
      this.grow(deed.lot, -BigInt(deed.massMg));
    } else {
      // The largest reading counts, whenever it comes.
      const key = `${deed.run} ${deed.lot}`;
      const before = this.readings.get(key) ?? 0;
      if (deed.readMg <= before) return;
      this.readings.set(key, deed.readMg);
      this.grow(deed.lot, -BigInt(deed.readMg - before));
    }
  }

  /** Until a run has started nobody knows which lots stand behind its outlets. */
  private weigh(run: string, lot: string, massMg: bigint): void {
    if (this.started.has(run)) this.grow(lot, massMg);
    else this.unassigned.push({ run, lot, massMg });
  }

  private start(run: string): void {
    this.started.add(run);
    for (const { lot, massMg, ...of } of this.unassigned) {
      if (of.run === run) this.grow(lot, massMg);
    }
    this.unassigned = this.unassigned.filter((weighed) => weighed.run !== run);
  }

  private grow(lot: string, massMg: bigint): void {
    this.netMg.set(lot, (this.netMg.get(lot) ?? 0n) + massMg);
  }
}
