import { byText } from './folding.js';

/** How a gram is known to be there. */
export const BASES = ['measured', 'library', 'declared'] as const;
export type Basis = (typeof BASES)[number];

/**
 * Where a figure comes from. All that rests on one evidence is off by the same share: the content of
 * a kind of component in the book, an assay of a lot, a ticket.
 */
export interface Evidence {
  readonly key: string;
  readonly basis: Basis;
  /** Standard uncertainty as a share of the figure; null: its source states none. */
  readonly relative: number | null;
}

/** Amounts by what they are of (an element, a category) and evidence; whole units, exact. */
export class Holding {
  readonly #amounts = new Map<string, Map<string, bigint>>();

  constructor(private readonly evidences: Evidences) {}

  get names(): string[] {
    return [...this.#amounts.keys()].sort(byText);
  }

  add(name: string, evidence: Evidence, amount: bigint): void {
    this.evidences.note(evidence);
    this.addBy(name, evidence.key, amount);
  }

  /** Adds `sign` times what the other holds. */
  addAll(other: Holding, sign: 1n | -1n = 1n): void {
    for (const [name, amounts] of other.#amounts) {
      for (const [key, amount] of amounts) this.addBy(name, key, sign * amount);
    }
  }

  /** The part of it that goes with a share of the whole; floors, so that the rest stays. */
  share(part: bigint, whole: bigint): Holding {
    const taken = new Holding(this.evidences);
    for (const [name, amounts] of this.#amounts) {
      for (const [key, amount] of amounts) taken.addBy(name, key, (amount * part) / whole);
    }
    return taken;
  }

  /** All that it holds of one name. */
  only(name: string): Holding {
    const one = new Holding(this.evidences);
    for (const [key, amount] of this.#amounts.get(name) ?? []) one.addBy(name, key, amount);
    return one;
  }

  copy(): Holding {
    const same = new Holding(this.evidences);
    same.addAll(this);
    return same;
  }

  has(name: string): boolean {
    return this.total(name) !== 0n;
  }

  total(name: string): bigint {
    let total = 0n;
    for (const amount of this.#amounts.get(name)?.values() ?? []) total += amount;
    return total;
  }

  /** Amount by evidence of one name. */
  of(name: string): (readonly [Evidence, bigint])[] {
    return [...(this.#amounts.get(name) ?? [])]
      .sort(([a], [b]) => byText(a, b))
      .map(([key, amount]) => [this.evidences.named(key), amount]);
  }

  private addBy(name: string, key: string, amount: bigint): void {
    if (amount === 0n) return;
    let amounts = this.#amounts.get(name);
    if (amounts === undefined) {
      amounts = new Map();
      this.#amounts.set(name, amounts);
    }
    const sum = (amounts.get(key) ?? 0n) + amount;
    if (sum === 0n) amounts.delete(key);
    else amounts.set(key, sum);
  }
}

/** The evidences of one reckoning, by key. */
export class Evidences {
  readonly #known = new Map<string, Evidence>();

  note(evidence: Evidence): void {
    if (!this.#known.has(evidence.key)) this.#known.set(evidence.key, evidence);
  }

  named(key: string): Evidence {
    return this.#known.get(key)!;
  }
}

/** A holding for each of many; nothing where nothing was added. */
export class Holdings<Key> {
  readonly #known = new Map<Key, Holding>();

  constructor(private readonly evidences: Evidences) {}

  of(key: Key): Holding {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const holding = new Holding(this.evidences);
    this.#known.set(key, holding);
    return holding;
  }
}

/** What an account says of one name. */
export interface Tally {
  readonly amount: bigint;
  /** Standard uncertainty of what states one: amounts of one evidence are off together. */
  readonly uncertainty: number;
  /** Of the amount, what rests on sources that state none. */
  readonly unstated: bigint;
  readonly byBasis: Readonly<Record<Basis, bigint>>;
}

export function tallyOf(holding: Holding, name: string): Tally {
  const byBasis: Record<Basis, bigint> = { measured: 0n, library: 0n, declared: 0n };
  let amount = 0n;
  let unstated = 0n;
  let variance = 0;
  for (const [{ basis, relative }, part] of holding.of(name)) {
    amount += part;
    byBasis[basis] += part;
    if (relative === null) unstated += part;
    else variance += (Number(part) * relative) ** 2;
  }
  return { amount, uncertainty: Math.sqrt(variance), unstated, byBasis };
}
