/**
 * exp, log and erf from + − × ÷ alone. `Math.exp` and its kin may differ in the last bit from one
 * engine to the next; an audit on another machine must reach the same figure (design, section 5).
 * Accuracy is better than 1e-12, relative, over the ranges given.
 */

/** Taken once: the hot loops below call them millions of times. */
const { ceil, floor } = Math;

const LN2_HIGH = 6.931471803691238e-1;
const LN2_LOW = 1.9082149292705877e-10;
const LOG2_E = 1.4426950408889634;
const SQRT_2 = 1.4142135623730951;
const TWO_OVER_SQRT_PI = 1.1283791670955126;
const SQRT_PI = 1.772453850905516;

const EXPONENT_MIN = -1074;
const EXPONENT_MAX = 1023;

/** 2^n for every n that a double can hold, by doubling and halving: both are exact. */
const POWERS_OF_TWO = ((): Float64Array => {
  const powers = new Float64Array(EXPONENT_MAX - EXPONENT_MIN + 1);
  let value = 1;
  for (let n = 0; n <= EXPONENT_MAX; n++, value *= 2) powers[n - EXPONENT_MIN] = value;
  value = 1;
  for (let n = 0; n >= EXPONENT_MIN; n--, value /= 2) powers[n - EXPONENT_MIN] = value;
  return powers;
})();

/** e^x; 0 below -745, Infinity above 709.7. Taylor to degree 13 after x = n·ln 2 + r, |r| <= ln 2 / 2. */
export function exactExp(x: number): number {
  if (x < -745) return 0;
  if (x > 709.78) return Infinity;
  const n = floor(x * LOG2_E + 0.5);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  let sum = 1 + r / 13;
  sum = 1 + (r / 12) * sum;
  sum = 1 + (r / 11) * sum;
  sum = 1 + (r / 10) * sum;
  sum = 1 + (r / 9) * sum;
  sum = 1 + (r / 8) * sum;
  sum = 1 + (r / 7) * sum;
  sum = 1 + (r / 6) * sum;
  sum = 1 + (r / 5) * sum;
  sum = 1 + (r / 4) * sum;
  sum = 1 + (r / 3) * sum;
  sum = 1 + (r / 2) * sum;
  sum = 1 + r * sum;
  // 2^1024 is no double, although e^x below 1.8e308 is.
  if (n > EXPONENT_MAX) return sum * 2 * POWERS_OF_TWO[EXPONENT_MAX - EXPONENT_MIN]!;
  return sum * (POWERS_OF_TWO[n - EXPONENT_MIN] ?? 0);
}

const bits = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm; -Infinity at 0, NaN below. x = m·2^n with m in [√½, √2), then the series of
 * 2·atanh((m - 1) / (m + 1)).
 */
export function exactLog(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  let n = 0;
  let scaled = x;
  if (scaled < 2.2250738585072014e-308) {
    scaled *= 18014398509481984;
    n = -54;
  }
  bits.setFloat64(0, scaled);
  const high = bits.getUint32(0);
  n += ((high >>> 20) & 0x7ff) - 1023;
  bits.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m >= SQRT_2) {
    m /= 2;
    n++;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return n * LN2_HIGH + (n * LN2_LOW + 2 * s * sum);
}

/** Below this the power series is used, above it the continued fraction. */
const SERIES_END = 2.5;
/** Terms after which nothing is added to a double's digits. */
const seriesTerms = (x: number): number => 12 + ceil(16 * x);
const fractionTerms = (x: number): number => ceil(150 / x);

/** e^(-x²)·Σ 2^n x^(2n+1) / (2n+1)!!, all terms of one sign, so nothing cancels. */
function erfSeries(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let n = seriesTerms(x); n >= 1; n--) sum = ((2 * square) / (2 * n + 1)) * (1 + sum);
  return TWO_OVER_SQRT_PI * exactExp(-square) * x * (1 + sum);
}

/** Laplace's continued fraction of erfc for x >= 2.5 (DLMF 7.9.1). */
function erfcFraction(x: number): number {
  let tail = x;
  for (let n = fractionTerms(x); n >= 1; n--) tail = x + n / 2 / tail;
  return exactExp(-x * x) / (SQRT_PI * tail);
}

/** Error function. */
export function exactErf(x: number): number {
  if (x < 0) return -exactErf(-x);
  return x < SERIES_END ? erfSeries(x) : 1 - erfcFraction(x);
}

/** 1 - erf(x), without loss of digits where it is small. */
export function exactErfc(x: number): number {
  if (x < 0) return 2 - exactErfc(-x);
  return x < SERIES_END ? 1 - erfSeries(x) : erfcFraction(x);
}

/** P(Z <= z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return 0.5 * exactErfc(-z / SQRT_2);
}
