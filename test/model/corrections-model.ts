import type { BooksModel } from './books-model.js';
import type {
  Closed,
  Correction,
  Deed,
  Dispatched,
  Frame,
  Reading,
  Side,
  Started,
  Weighed,
} from './deeds.js';
import { WORLD_IN, shipmentPlace } from './places.js';

/** As the rules have it: above it a second person must approve. */
const CORRECTION_LIMIT_MG = 1_000_000_000;

/** What one correction would do, and how much mass it is about. */
interface Plan {
  readonly movedMg: number;
  readonly apply: () => void;
}
type Change<Of> = { readonly before: Of | null; readonly after: Of | null };

/** What the office has said of events: the last word about each counts, once. */
export class CorrectionsModel {
  /** By the name of the event; null: it did not occur. */
  readonly said = new Map<string, Deed | null>();
  /** The bodies that the ledger must keep of them. */
  readonly bodies = new Map<string, object | null>();

  constructor(private readonly books: BooksModel) {}

  /** `original`: what stands at the index that is named, when it is the event that is named. */
  book({ of, after, corrected, approved }: Correction, original: Deed | null): boolean {
    if (original === null) return true;
    const before = this.said.has(of) ? this.said.get(of)! : original;
    const plan = this.planOf(of, original, { before, after });
    if (plan === null || (plan.movedMg > CORRECTION_LIMIT_MG && !approved)) return true;
    plan.apply();
    this.said.set(of, after);
    this.bodies.set(of, corrected);
    return false;
  }

  /** Null: there is nothing that could be corrected, or not so. */
  private planOf(name: string, original: Deed, change: Change<Deed>): Plan | null {
    switch (original.what) {
      case 'deliver':
        return this.deliverPlan(change as Change<Extract<Deed, { what: 'deliver' }>>);
      case 'weigh':
        return this.weighPlan(change as Change<Weighed>);
      case 'feed':
        return this.feedPlan(original, change as Change<Reading>);
      case 'scan':
        return this.scanPlan(change as Change<Frame>);
      case 'start':
        return this.startPlan(name, change as Change<Started>);
      case 'close':
        return this.closePlan(name, original.run, change as Change<Closed>);
      case 'dispatch':
        return this.dispatchPlan(name, original, change as Change<Dispatched>);
      case 'boot':
      case 'condition':
      case 'correct':
      case 'make':
      case 'nothing':
      case 'period':
      case 'receipt':
      case 'return':
      case 'take-in':
        return null;
    }
  }

  private deliverPlan({ before, after }: Change<Extract<Deed, { what: 'deliver' }>>): Plan {
    const found = differences(before?.lots, after?.lots);
    return {
      movedMg: absolute(found),
      apply: () => {
        const { books } = this;
        for (const [lot, massMg] of found) books.move(books.lotPlace(lot), WORLD_IN, massMg);
      },
    };
  }

  private weighPlan({ before, after }: Change<Weighed>): Plan {
    const { books } = this;
    const isOnePlace =
      before?.run === after?.run && before?.outlet === after?.outlet && before !== null;
    const [fromMg, toMg] = [before?.massMg ?? 0, after?.massMg ?? 0];
    return {
      movedMg: isOnePlace ? Math.abs(toMg - fromMg) : fromMg + toMg,
      apply: () => {
        if (before !== null) books.weigh(before, -1);
        if (after !== null) books.weigh(after, 1);
      },
    };
  }

  /** A reading that counts is replaced by the one that does; any other only where it is larger. */
  private feedPlan(original: Reading, { before, after }: Change<Reading>): Plan | null {
    const { books } = this;
    const countsMg = books.readingOf(original);
    const counts = before?.readMg === countsMg;
    if (counts && after === null) return null;
    const riseMg = (after?.readMg ?? 0) - countsMg;
    const movedMg = counts ? riseMg : Math.max(0, riseMg);
    return {
      movedMg: Math.abs(movedMg),
      apply: () => {
        books.read(original, movedMg, true);
      },
    };
  }

  private scanPlan({ before, after }: Change<Frame>): Plan | null {
    if (after !== null || before === null) return null;
    return {
      movedMg: before.pieces.reduce((sum, { massMg }) => sum + massMg, 0),
      apply: () => {
        this.books.see(before, -1);
      },
    };
  }

  private startPlan(name: string, { before, after }: Change<Started>): Plan | null {
    const { books } = this;
    if (before === null || after?.run !== before.run) return null;
    const { run, outlets } = before;
    if (books.startedBy.get(run) !== name) return null;
    const weighed = outlets.map((lot, outlet) =>
      lot === after.outlets[outlet] ? 0 : books.cameTo(run, outlet).weighedMg,
    );
    return {
      movedMg: weighed.reduce((sum, massMg) => sum + massMg, 0),
      apply: () => {
        books.restart(run, after.outlets);
      },
    };
  }

  /** Losses are of the run, whose balance the model does not follow. */
  private closePlan(name: string, run: string, { before, after }: Change<Closed>): Plan | null {
    if (after === null || this.books.closedBy.get(run) !== name) return null;
    return {
      movedMg: Math.abs(after.lossMg - (before?.lossMg ?? 0)),
      apply: () => undefined,
    };
  }

  private dispatchPlan(
    name: string,
    original: Dispatched,
    { before, after }: Change<Dispatched>,
  ): Plan | null {
    const { books } = this;
    const shipment = books.shipment(original.shipment);
    if (shipment.by !== name) return null;
    const wasWhole = wholeOf(before);
    const isWhole = wholeOf(after);
    if ([...isWhole].some((lot) => !wasWhole.has(lot))) return null;
    const found = differences(before?.lines, after?.lines);
    return {
      movedMg: absolute(found),
      apply: () => {
        for (const lot of wasWhole) if (!isWhole.has(lot)) books.endings.get(lot)?.delete(name);
        for (const [lot, massMg] of found) {
          shipment.dispatchedMg += massMg;
          books.move(shipmentPlace(original.shipment), books.lotPlace(lot), massMg);
        }
      },
    };
  }
}

const wholeOf = (dispatched: Dispatched | null): Set<string> =>
  new Set(dispatched?.lines.flatMap(({ lot, all }) => (all ? [lot] : [])));

/** By lot, what `after` says less what `before` says. */
function differences(
  before: readonly Side[] = [],
  after: readonly Side[] = [],
): Map<string, number> {
  const found = new Map<string, number>();
  for (const { lot, massMg } of after) found.set(lot, (found.get(lot) ?? 0) + massMg);
  for (const { lot, massMg } of before) found.set(lot, (found.get(lot) ?? 0) - massMg);
  return found;
}

const absolute = (found: ReadonlyMap<string, number>): number =>
  [...found.values()].reduce((sum, massMg) => sum + Math.abs(massMg), 0);
