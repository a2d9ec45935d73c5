interface Part {
  readonly descending: boolean;
  /** Key of the last one of the page before. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** The next `limit` items by their keys, in the order of bytes. */
export function inOrder<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => readonly string[],
  { descending, after, limit }: Part,
): Item[] {
  const sign = descending ? -1 : 1;
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === null || sign * compare(key, after) > 0)
    .sort((a, b) => sign * compare(a.key, b.key))
    .slice(0, limit)
    .map(({ item }) => item);
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [at, own] of a.entries()) {
    const other = b[at] ?? '';
    if (own !== other) return own < other ? -1 : 1;
  }
  return 0;
}
