/**
 * A figure with its standard uncertainty (k = 1). Doubles, but exact operations only, so that every
 * machine reaches the same digits (design, section 5).
 */
export interface Estimate {
  readonly value: number;
  readonly deviation: number;
}

const { sqrt } = Math;

/** √(Σ deviations²): parts that do not know of each other. */
export function rootSumSquare(...parts: readonly number[]): number {
  let sum = 0;
  for (const part of parts) sum += part * part;
  return sqrt(sum);
}

/** Share of its value that an estimate is uncertain by; 0 where the value is 0 and certain. */
function relativeOf({ value, deviation }: Estimate): number {
  if (deviation === 0) return 0;
  return value === 0 ? Infinity : deviation / (value < 0 ? -value : value);
}

/** Product of independent estimates over product of others; uncertainty to first order. */
export function quotientOf(over: readonly Estimate[], under: readonly Estimate[]): Estimate {
  let value = 1;
  for (const one of over) value *= one.value;
  for (const one of under) value /= one.value;
  const relative = rootSumSquare(...[...over, ...under].map(relativeOf));
  if (value !== 0) return { value, deviation: (value < 0 ? -value : value) * relative };
  return { value, deviation: deviationAtZero(over, under) };
}

/** Where exactly one factor is zero, its own uncertainty times the rest is what is left. */
function deviationAtZero(over: readonly Estimate[], under: readonly Estimate[]): number {
  const zeros = over.filter(({ value }) => value === 0);
  if (zeros.length !== 1) return 0;
  let rest = zeros[0]!.deviation;
  for (const { value } of over) if (value !== 0) rest *= value;
  for (const { value } of under) rest /= value;
  return rest < 0 ? -rest : rest;
}

/** Whether two estimates of the same thing differ by no more than `k` deviations of the difference. */
export function agree(a: Estimate, b: Estimate, k: number): boolean {
  const difference = a.value - b.value;
  return (difference < 0 ? -difference : difference) <= k * rootSumSquare(a.deviation, b.deviation);
}

/** Difference in its own standard uncertainty: a step of a watch for shifts. 0 between certainties. */
export function standardized(a: Estimate, b: Estimate): number {
  const deviation = rootSumSquare(a.deviation, b.deviation);
  return deviation === 0 ? 0 : (a.value - b.value) / deviation;
}

/** Inverse-variance mean of independent estimates; one without uncertainty decides alone. */
export function combine(estimates: readonly Estimate[]): Estimate & {
  /** What each counted for; together 1. */
  readonly weights: readonly number[];
} {
  const certain = estimates.findIndex(({ deviation }) => deviation === 0);
  if (certain >= 0) {
    const weights = estimates.map((_, at) => (at === certain ? 1 : 0));
    return { value: estimates[certain]!.value, deviation: 0, weights };
  }
  const inverses = estimates.map(({ deviation }) => 1 / (deviation * deviation));
  const sum = inverses.reduce((total, one) => total + one, 0);
  const weights = inverses.map((one) => one / sum);
  const value = estimates.reduce((total, one, at) => total + one.value * weights[at]!, 0);
  return { value, deviation: 1 / sqrt(sum), weights };
}
