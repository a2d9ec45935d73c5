import type { ModelConfusion } from './books/confusion-book.js';
import type { CompositionBook } from './books/steel-classes.js';
import { type Estimate, rootSumSquare } from './estimate.js';

export interface ClassFraction {
  readonly class: string;
  /** Share of the mass, and its standard uncertainty. */
  readonly share: number;
  readonly deviation: number;
}

/**
 * Share of an analyte, ppm, where only the classes are known: a sorter without piece data, or a count.
 * Means of classes come from the book with its uncertainty, so this is the weakest of evidences; it
 * enters a lot's composition as an assay does. Undefined where the book does not know the analyte.
 */
export function shareByClasses(
  fractions: readonly ClassFraction[],
  book: CompositionBook,
  analyte: string,
): Estimate | undefined {
  const relative = book.means.uncertaintyPpm / 1_000_000;
  const parts: number[] = [];
  let value = 0;
  for (const { class: name, share, deviation } of fractions) {
    const found = book.classes.find((entry) => entry.class === name);
    const mean = found?.composition[analyte]?.meanPpm;
    // What no class was found for may hold anything; the caller leaves it out and says so.
    if (mean === undefined) return undefined;
    value += share * mean;
    parts.push(deviation * mean, share * mean * relative);
  }
  return { value, deviation: rootSumSquare(...parts) };
}

/** Steps after which nothing moves any more in a share's sixth digit. */
const STEPS = 400;

/**
 * Shares by class as they most probably were before the classifier confused them: maximum likelihood
 * by expectation and maximisation, so no share is negative and all are together 1, whatever the
 * recipe's priors were. `effectivePieces` is (Σm)² / Σm²: heavy pieces count for fewer.
 */
export function correctFractions(
  observed: readonly number[],
  confusion: Pick<ModelConfusion, 'truths' | 'sharesPpm'>,
  effectivePieces: number,
): readonly ClassFraction[] {
  const { truths, sharesPpm } = confusion;
  const shares = sharesPpm.map((row) => row.map((cell) => cell / 1_000_000));
  const total = observed.reduce((sum, one) => sum + one, 0);
  let fractions = truths.map(() => 1 / truths.length);
  for (let step = 0; step < STEPS; step++) {
    const expected = expectedOf(fractions, shares, observed.length);
    fractions = fractions.map((fraction, truth) => {
      let kept = 0;
      for (let said = 0; said < observed.length; said++) {
        // Of what was never said ever less is expected, and its odds would be infinite.
        if (observed[said]! === 0 || expected[said]! === 0) continue;
        kept += (observed[said]! / total) * (shares[truth]![said]! / expected[said]!);
      }
      return fraction * kept;
    });
  }
  const deviations = deviationsOf(fractions, shares, observed.length, effectivePieces);
  return truths.map((name, at) => ({
    class: name,
    share: fractions[at]!,
    deviation: deviations[at]!,
  }));
}

function expectedOf(
  fractions: readonly number[],
  shares: readonly (readonly number[])[],
  columns: number,
): number[] {
  const expected = new Array<number>(columns).fill(0);
  fractions.forEach((fraction, truth) => {
    for (let said = 0; said < columns; said++) expected[said]! += fraction * shares[truth]![said]!;
  });
  return expected;
}

/**
 * Square roots of the diagonal of the inverse Fisher information. Of what is expected less than one
 * piece is not known better than to a piece.
 */
function deviationsOf(
  fractions: readonly number[],
  shares: readonly (readonly number[])[],
  columns: number,
  effectivePieces: number,
): number[] {
  const expected = expectedOf(fractions, shares, columns);
  const size = fractions.length;
  const information = Array.from({ length: size }, (_row, a) =>
    Array.from({ length: size }, (_cell, b) => {
      let sum = 0;
      for (let said = 0; said < columns; said++) {
        const least = Math.max(expected[said]!, 1 / effectivePieces);
        sum += (shares[a]![said]! * shares[b]![said]!) / least;
      }
      return sum * effectivePieces;
    }),
  );
  const inverse = invert(information);
  if (inverse === undefined) return fractions.map(() => 1);
  return inverse.map((row, at) => Math.min(1, Math.sqrt(Math.max(0, row[at]!))));
}

/** Gauss and Jordan with pivoting; undefined where classes cannot be told apart at all. */
function invert(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const size = matrix.length;
  const rows = matrix.map((row, at) => [
    ...row,
    ...Array.from({ length: size }, (_cell, b) => (b === at ? 1 : 0)),
  ]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    const lead = rows[pivot]![column]!;
    if (Math.abs(lead) < 1e-9) return undefined;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    rows[column] = rows[column]!.map((cell) => cell / lead);
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]!;
      if (factor === 0) continue;
      rows[row] = rows[row]!.map((cell, at) => cell - factor * rows[column]![at]!);
    }
  }
  return rows.map((row) => row.slice(size));
}
