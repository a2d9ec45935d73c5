import { z } from 'zod';

/** Field schemas of answers. Masses are decimal strings in mg: they exceed 2^53. */
export const decimalMg = z
  .string()
  .regex(/^-?(0|[1-9][0-9]*)$/)
  .describe('mass in mg');
/** 1 mg with 1 ppm of something holds 1 ng of it. */
export const decimalNg = z
  .string()
  .regex(/^-?(0|[1-9][0-9]*)$/)
  .describe('mass in ng');
export const decimalCount = z.string().regex(/^(0|[1-9][0-9]*)$/);
export const time = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC');
export const logIndex = z.int().min(0).describe("index in the site's log");
export const treeSize = z.int().min(0);

/** Gross debits and credits of an account, and what they leave. */
export const turnover = z.strictObject({
  debitsMg: decimalMg,
  creditsMg: decimalMg,
  balanceMg: decimalMg,
});
export type TurnoverAnswer = z.infer<typeof turnover>;

export const turnoverAnswer = (of: {
  readonly debitsMg: bigint;
  readonly creditsMg: bigint;
}): TurnoverAnswer => ({
  debitsMg: String(of.debitsMg),
  creditsMg: String(of.creditsMg),
  balanceMg: String(of.debitsMg - of.creditsMg),
});

/** Standard uncertainty in whole mg from its square. */
export const rootMg = (varianceMg2: bigint): string =>
  String(BigInt(Math.round(Math.sqrt(Number(varianceMg2)))));
