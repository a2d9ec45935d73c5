import type { Deed, Dispatched, Frame, Load, Reading, Side, Taken, Weighed } from './deeds.js';
import {
  WORLD_IN,
  WORLD_OUT,
  lossPlace,
  outletPlace,
  piecesAt,
  piecesIn,
  piecesOf,
  runPlace,
  shipmentPlace,
} from './places.js';

/** A shipment of this site, or one of another that loads arrived of. */
interface ShipmentModel {
  /** Name of the event that dispatched it; null: none has. */
  by: string | null;
  to: string | null;
  dispatchedMg: number;
  /** Taken, deducted or returned. */
  arrivedMg: number;
  readonly receipts: Set<string>;
  readonly returns: Set<string>;
  readonly waiting: Load[];
  complete: boolean;
}

/** What the receiver's ledger must tell the sender's. */
export interface NoticeModel {
  readonly seq: number;
  readonly load: Load;
}

/**
 * Where all mass must be after the events that are in the log: each moves a sum from a place to a
 * place, whether the first one held it or not.
 */
export class BooksModel {
  /** Signed, mg; a place that was never named holds nothing. */
  readonly held = new Map<string, bigint>();
  readonly shipments = new Map<string, ShipmentModel>();
  readonly notices: NoticeModel[] = [];
  readonly readings = new Map<string, number>();
  /** Names of the events that started and closed each run. */
  readonly startedBy = new Map<string, string>();
  readonly closedBy = new Map<string, string>();
  /** Of each lot, names of the events that say that nothing of it is left. */
  readonly endings = new Map<string, Set<string>>();
  /** Lots that are one place, since what is left of the one belongs to the other. */
  private readonly joined = new Map<string, string>();
  private readonly outlets = new Map<string, readonly string[]>();
  /** By run and outlet: what was weighed, and what pieces were seen, less what was taken back. */
  private readonly came = new Map<string, { weighedMg: number; seenMg: number }>();

  /** Books what the event `name` says. Returns whether it was refused. */
  book(name: string, deed: Deed): boolean {
    switch (deed.what) {
      case 'deliver':
        for (const { lot, massMg } of deed.lots) this.move(this.lotPlace(lot), WORLD_IN, massMg);
        return false;
      case 'start':
        if (this.startedBy.has(deed.run)) return false;
        this.startedBy.set(deed.run, name);
        this.start(deed.run, deed.outlets);
        return false;
      case 'close':
        if (!this.closedBy.has(deed.run)) this.closedBy.set(deed.run, name);
        return false;
      case 'feed':
        this.read(deed, deed.readMg - this.readingOf(deed));
        return false;
      case 'weigh':
        this.weigh(deed, 1);
        return false;
      case 'scan':
        this.see(deed, 1);
        return false;
      case 'make':
        this.make(name, deed);
        return false;
      case 'condition':
        this.move(this.lotPlace(deed.lot), lossPlace(deed.lot), deed.changeMg);
        return false;
      case 'dispatch':
        return this.dispatch(name, deed);
      case 'receipt':
        return this.receive(deed.load);
      case 'take-in':
        return this.takeIn(deed);
      case 'return':
        return this.takeBack(deed);
      case 'boot':
      case 'correct':
      case 'nothing':
      case 'period':
        return false;
    }
  }

  lotPlace = (lot: string): string => `lots ${this.rootOf(lot)}`;

  move(to: string, from: string, massMg: number): void {
    this.grow(to, massMg);
    this.grow(from, -massMg);
  }

  outletsOf(run: string): readonly string[] {
    return this.outlets.get(run) ?? [];
  }

  cameTo(run: string, outlet: number): { weighedMg: number; seenMg: number } {
    const key = `${run} ${outlet}`;
    const came = this.came.get(key) ?? { weighedMg: 0, seenMg: 0 };
    this.came.set(key, came);
    return came;
  }

  /** A container comes to the lot behind the outlet, where one is known, or is taken back (-1). */
  weigh({ run, outlet, massMg }: Weighed, sign: 1 | -1): void {
    const lot = this.outletsOf(run)[outlet];
    const to = lot === undefined ? outletPlace(run, outlet) : this.lotPlace(lot);
    this.move(to, runPlace(run), sign * massMg);
    this.cameTo(run, outlet).weighedMg += sign * massMg;
  }

  /** Pieces of a frame come, or are taken back (-1). */
  see({ run, pieces }: Frame, sign: 1 | -1): void {
    for (const { outlet, massMg } of pieces) {
      const lot = this.outletsOf(run)[outlet];
      const to = lot === undefined ? piecesAt(run, outlet) : piecesIn(lot);
      this.move(to, piecesOf(run), sign * massMg);
      this.cameTo(run, outlet).seenMg += sign * massMg;
    }
  }

  /** Other lots stand behind the outlets than was said: what came goes over to them. */
  restart(run: string, lots: readonly string[]): void {
    this.outletsOf(run).forEach((from, outlet) => {
      const to = lots[outlet]!;
      if (from === to) return;
      const { weighedMg, seenMg } = this.cameTo(run, outlet);
      this.move(this.lotPlace(to), this.lotPlace(from), weighedMg);
      this.move(piecesIn(to), piecesIn(from), seenMg);
    });
    this.outlets.set(run, lots);
  }

  readingOf({ belt, run, lot }: Reading): number {
    return this.readings.get(`${belt} ${run} ${lot}`) ?? 0;
  }

  /** The largest reading counts, whenever it comes. */
  read(feed: Reading, riseMg: number, mayFall = false): void {
    if (riseMg <= 0 && !mayFall) return;
    const { belt, run, lot } = feed;
    this.readings.set(`${belt} ${run} ${lot}`, this.readingOf(feed) + riseMg);
    this.move(runPlace(run), this.lotPlace(lot), riseMg);
  }

  shipment(id: string): ShipmentModel {
    let shipment = this.shipments.get(id);
    if (shipment === undefined) {
      shipment = {
        by: null,
        to: null,
        dispatchedMg: 0,
        arrivedMg: 0,
        receipts: new Set(),
        returns: new Set(),
        waiting: [],
        complete: false,
      };
      this.shipments.set(id, shipment);
    }
    return shipment;
  }

  load(id: string, { lot, massMg }: Side): void {
    this.shipment(id).dispatchedMg += massMg;
    this.move(shipmentPlace(id), this.lotPlace(lot), massMg);
  }

  /** Until a run has started nobody knows which lots stand behind its outlets. */
  private start(run: string, lots: readonly string[]): void {
    this.outlets.set(run, lots);
    lots.forEach((lot, outlet) => {
      this.pour(this.lotPlace(lot), outletPlace(run, outlet));
      this.pour(piecesIn(lot), piecesAt(run, outlet));
    });
  }

  private make(name: string, deed: Extract<Deed, { what: 'make' }>): void {
    const [heir] = deed.outputs;
    for (const { lot, massMg, all } of deed.inputs) {
      this.grow(this.lotPlace(lot), -massMg);
      // A lot that is put onto itself is not gone.
      if (!all || lot === heir?.lot) continue;
      this.end(lot, name);
      if (deed.rest === 'into' && heir !== undefined) this.join(lot, heir.lot);
    }
    for (const { lot, massMg } of deed.outputs) this.grow(this.lotPlace(lot), massMg);
  }

  private dispatch(name: string, { shipment: id, to, lines }: Dispatched): boolean {
    const shipment = this.shipment(id);
    if (shipment.by !== null) return true;
    shipment.by = name;
    shipment.to = to;
    for (const line of lines) this.ship(name, id, line);
    // Every one, also behind one that is refused.
    const refused = shipment.waiting.splice(0).map((load) => this.bookLoad(load));
    return refused.includes(true);
  }

  private ship(name: string, id: string, line: Taken): void {
    this.load(id, line);
    if (line.all) this.end(line.lot, name);
  }

  private receive(load: Load): boolean {
    const { by, receipts, waiting } = this.shipment(load.shipment);
    if (receipts.has(load.receipt) || waiting.some(({ receipt }) => receipt === load.receipt)) {
      return true;
    }
    if (by !== null) return this.bookLoad(load);
    waiting.push(load);
    return false;
  }

  private bookLoad({ shipment: id, receipt, by, acceptedMg, deductedMg, last }: Load): boolean {
    const shipment = this.shipment(id);
    if (shipment.to !== null && shipment.to !== by) return true;
    shipment.receipts.add(receipt);
    shipment.arrivedMg += acceptedMg + deductedMg;
    this.move(WORLD_OUT, shipmentPlace(id), acceptedMg);
    this.move(lossPlace(id), shipmentPlace(id), deductedMg);
    shipment.complete ||= last;
    return false;
  }

  private takeIn({ lines, load }: Extract<Deed, { what: 'take-in' }>): boolean {
    const { receipts } = this.shipment(load.shipment);
    if (receipts.has(load.receipt)) return true;
    receipts.add(load.receipt);
    for (const { lot, massMg } of lines) this.move(this.lotPlace(lot), WORLD_IN, massMg);
    this.move(lossPlace(load.receipt), WORLD_IN, load.deductedMg);
    this.notices.push({ seq: this.notices.length + 1, load });
    return false;
  }

  private takeBack(deed: Extract<Deed, { what: 'return' }>): boolean {
    const shipment = this.shipment(deed.shipment);
    if (shipment.returns.has(deed.returned)) return true;
    shipment.returns.add(deed.returned);
    for (const { lot, massMg } of deed.lines) {
      shipment.arrivedMg += massMg;
      this.move(this.lotPlace(lot), shipmentPlace(deed.shipment), massMg);
    }
    shipment.complete ||= deed.last;
    return false;
  }

  private end(lot: string, name: string): void {
    const names = this.endings.get(lot) ?? new Set<string>();
    this.endings.set(lot, names.add(name));
  }

  private join(one: string, other: string): void {
    const [from, to] = [this.rootOf(one), this.rootOf(other)];
    if (from === to) return;
    this.joined.set(from, to);
    this.pour(`lots ${to}`, `lots ${from}`);
  }

  private rootOf(lot: string): string {
    let root = lot;
    for (let next = this.joined.get(lot); next !== undefined; next = this.joined.get(next)) {
      root = next;
    }
    return root;
  }

  private pour(to: string, from: string): void {
    const massMg = this.held.get(from) ?? 0n;
    this.held.set(to, (this.held.get(to) ?? 0n) + massMg);
    this.held.set(from, 0n);
  }

  private grow(place: string, massMg: number): void {
    this.held.set(place, (this.held.get(place) ?? 0n) + BigInt(massMg));
  }
}
