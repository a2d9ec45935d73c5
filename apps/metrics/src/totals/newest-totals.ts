import { PoisonError, type TotalStateValue, parseJson, totalState } from '#contracts';

/** The newest value of each key of `totals.v1`. */
export class NewestTotals {
  private readonly newest = new Map<string, TotalStateValue>();
  private changed = new Map<string, TotalStateValue>();

  /**
   * Keeps the value with the highest log index: a new publisher sends older ones again. A value of
   * null is a tombstone. PoisonError when the bytes are no total.
   */
  apply(key: string, value: Buffer | null): void {
    if (value === null) {
      const known = this.newest.get(key);
      if (known !== undefined) this.changed.set(key, known);
      this.newest.delete(key);
      return;
    }
    const parsed = totalState.safeParse(parseJson(value));
    if (!parsed.success) {
      const problems = parsed.error.issues.map(
        ({ path, message }) => `${path.map(String).join('.')}: ${message}`,
      );
      throw new PoisonError(`not a total: ${problems.join('; ')}`, 'data-invalid');
    }
    const known = this.newest.get(key);
    if (known === undefined || known.logIndex <= parsed.data.logIndex) {
      this.newest.set(key, parsed.data);
      this.changed.set(key, parsed.data);
    }
  }

  values(): Iterable<TotalStateValue> {
    return this.newest.values();
  }

  /** What has changed since this was asked last; `gone` where there is no such total any more. */
  takeChanged(): { readonly total: TotalStateValue; readonly gone: boolean }[] {
    const { changed } = this;
    this.changed = new Map();
    return Array.from(changed, ([key, total]) => ({ total, gone: !this.newest.has(key) }));
  }
}

/** Grams out of whole milligrams; a metric is a double, so the last digits of a large one go. */
export const grams = (mg: string | number | bigint): number => Number(mg) / 1000;
