import type { ModelConfusion } from './books/confusion-book.js';
import { type ClassFraction, correctFractions } from './class-fractions.js';
import { rootSumSquare } from './estimate.js';
import type { SorterErrors } from './placement.js';

/** What a classifier said of the pieces that a line meant for one outlet. */
export interface SaidOfOutlet {
  /** By the confusion's `said`, mg. */
  readonly massesMg: readonly number[];
  /** (Σm)² / Σm² of its pieces. */
  readonly effectivePieces: number;
  /** Standard uncertainty of one piece's mass, as a share of it. */
  readonly massUncertainty: number;
}

export interface CorrectedClasses {
  /** Of all outlets together: what the line was fed. */
  readonly whole: readonly ClassFraction[];
  readonly byOutlet: readonly (readonly ClassFraction[])[];
}

const { sqrt } = Math;
const PPM = 1_000_000;

/**
 * Shares of the classes as they most probably are, of a run's feed and of each of its outlets. How a
 * model confuses classes is known for pieces as they come, and an outlet takes pieces by what was said
 * of them: so the feed is corrected, and from it follows what a piece is of which something was said
 * (Bayes). Pieces end elsewhere than meant as often as `errors` takes it; that widens an outlet. The
 * masses of pieces are taken to be the same whether they are confused or not.
 */
export function correctOutlets(
  outlets: readonly SaidOfOutlet[],
  confusion: Pick<ModelConfusion, 'truths' | 'said' | 'sharesPpm'>,
  errors: SorterErrors,
): CorrectedClasses {
  const said = confusion.said.map((_name, at) => sum(outlets.map((one) => one.massesMg[at]!)));
  const pieces = effectivePieces(outlets);
  const feed = correctFractions(said, confusion, pieces);
  const shares = confusion.sharesPpm.map((row) => row.map((cell) => cell / PPM));
  const expected = confusion.said.map((_name, at) =>
    sum(feed.map(({ share }, truth) => share * shares[truth]![at]!)),
  );
  const massUncertainty = Math.max(0, ...outlets.map((one) => one.massUncertainty));
  const known = { feed, shares, expected };
  // All pieces were seen: what is open is what they are, and not which ones chance sent.
  const whole = meantOf({ massesMg: said, effectivePieces: pieces, massUncertainty }, known);
  const meant = outlets.map((outlet) => meantOf(outlet, known));
  const masses = outlets.map(({ massesMg }) => sum(massesMg));
  const allMg = sum(masses);
  const byOutlet = meant.map((fractions, at) => {
    const astray = astrayOf(masses[at]!, allMg - masses[at]!, errors);
    return fractions.map((fraction, truth) => {
      const rest = allMg - masses[at]!;
      if (rest <= 0 || masses[at]! <= 0) return fraction;
      const others = (whole[truth]!.share * allMg - fraction.share * masses[at]!) / rest;
      const shift = (astray / masses[at]!) * (others - fraction.share);
      return { ...fraction, deviation: rootSumSquare(fraction.deviation, shift) };
    });
  });
  return { whole, byOutlet };
}

interface Known {
  readonly feed: readonly ClassFraction[];
  readonly shares: readonly (readonly number[])[];
  readonly expected: readonly number[];
}

/** Of the pieces that were meant for an outlet. */
function meantOf(outlet: SaidOfOutlet, { feed, shares, expected }: Known): ClassFraction[] {
  const totalMg = sum(outlet.massesMg);
  return feed.map(({ class: name, share: prior, deviation }, truth) => {
    let share = 0;
    let chance = 0;
    let slope = 0;
    outlet.massesMg.forEach((massMg, at) => {
      if (massMg === 0 || expected[at]! === 0) return;
      const of = massMg / totalMg;
      const odds = shares[truth]![at]! / expected[at]!;
      const probability = Math.min(1, prior * odds);
      share += of * probability;
      chance += of * probability * (1 - probability);
      slope += of * odds * (1 - probability);
    });
    // What the pieces are, and what they weigh.
    chance += outlet.massUncertainty ** 2 * share * (1 - share);
    const ofPieces = outlet.effectivePieces > 0 ? sqrt(chance / outlet.effectivePieces) : 1;
    return {
      class: name,
      share,
      deviation: Math.min(1, rootSumSquare(ofPieces, slope * deviation)),
    };
  });
}

/** Mass that ends elsewhere, one standard uncertainty. */
function astrayOf(ownMg: number, othersMg: number, { missedPpm, strayPpm }: SorterErrors): number {
  const few = Math.min(ownMg, othersMg);
  const many = Math.max(ownMg, othersMg);
  return (few * missedPpm + many * strayPpm) / PPM;
}

/** Of several outlets together: their squares add up. */
function effectivePieces(outlets: readonly SaidOfOutlet[]): number {
  let squares = 0;
  let total = 0;
  for (const { massesMg, effectivePieces: pieces } of outlets) {
    const massMg = sum(massesMg);
    total += massMg;
    if (pieces > 0) squares += (massMg * massMg) / pieces;
  }
  return squares === 0 ? 0 : (total * total) / squares;
}

const sum = (figures: readonly number[]): number => figures.reduce((total, one) => total + one, 0);
