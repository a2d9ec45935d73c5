import type { Basis, Book } from './book.js';

/** A number in a book, with the source that answers for it. */
export interface Figure {
  /** Where it stands: `grades.3.limits.1.most`. */
  readonly path: string;
  readonly value: number;
  /** Undefined: nobody answers for it. A test forbids that. */
  readonly source: string | undefined;
  readonly basis: Basis | undefined;
}

/** Members of a book that count or date it and are no figures about the world. */
const HEAD = new Set(['book', 'version', 'validFrom', 'validTo', 'sources']);

/** Every figure of a book. The nearest `source` around a number answers for it. */
export function figuresOf(book: Book): readonly Figure[] {
  const figures: Figure[] = [];
  const walk = (value: unknown, path: string, source: string | undefined): void => {
    if (typeof value === 'number') {
      const basis = source === undefined ? undefined : book.sources[source]?.basis;
      figures.push({ path, value, source, basis });
    }
    if (typeof value !== 'object' || value === null) return;
    const members = value as Readonly<Record<string, unknown>>;
    const own = members['source'];
    const nearest = typeof own === 'string' ? own : source;
    for (const [name, member] of Object.entries(members)) {
      walk(member, path === '' ? name : `${path}.${name}`, nearest);
    }
  };
  for (const [name, member] of Object.entries(book)) {
    if (!HEAD.has(name)) walk(member, name, undefined);
  }
  return figures;
}
