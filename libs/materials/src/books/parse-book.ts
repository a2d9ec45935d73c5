import { z } from 'zod';
import { type GradeBook, LIMIT_UNITS } from './grades.js';
import type { PriceBook } from './prices.js';

const slug = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const text = z.string().min(1).max(512);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const head = {
  book: slug,
  version: z.int().min(1),
  validFrom: date,
  sources: z.record(
    slug,
    z.strictObject({
      basis: z.enum(['published', 'vendor', 'derived', 'assumed', 'from-memory']),
      text,
    }),
  ),
};

const limit = z
  .strictObject({
    of: z.array(slug).min(1).max(16),
    unit: z.enum(LIMIT_UNITS),
    most: z.number().min(0).optional(),
    least: z.number().min(0).optional(),
    source: slug,
  })
  .refine(({ most, least }) => (most === undefined) !== (least === undefined), {
    message: 'give either most or least',
  });

const gradeBook = z.strictObject({
  ...head,
  stream: z.enum(['steel', 'ewaste', 'textiles']),
  issuer: text,
  validTo: date.optional(),
  gaps: z.array(text).max(64),
  grades: z
    .array(
      z.strictObject({
        grade: slug,
        name: text,
        form: z.strictObject({ form: slug, source: slug }).optional(),
        limits: z.array(limit).max(32),
        alsoAsks: z.array(text).max(32).optional(),
      }),
    )
    .min(1)
    .max(256),
});

const priceBook = z.strictObject({
  ...head,
  currency: z.string().regex(/^[A-Z]{3}$/),
  prices: z
    .array(
      z.strictObject({
        item: z.string().regex(/^[A-Za-z0-9._:-]{1,129}$/),
        minorPerTonne: z.int(),
        payablePpm: z.int().min(0).max(1_000_000),
        source: slug,
      }),
    )
    .min(1)
    .max(4_096),
});

/** Members without a value are left out: the digest MUST NOT depend on how a reader fills them. */
function parse(kind: string, schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || '(root)'}: ${message}`,
  );
  throw new RangeError(`the ${kind} does not hold; correct these:\n${problems.join('\n')}`);
}

interface Figures {
  readonly sources: Readonly<Record<string, unknown>>;
}

function demandSources(kind: string, book: Figures, named: readonly string[]): void {
  const missing = [...new Set(named.filter((key) => !Object.hasOwn(book.sources, key)))];
  if (missing.length > 0) {
    throw new RangeError(
      `the ${kind} names sources that it does not list: ${missing.join(', ')}; add them to "sources"`,
    );
  }
}

/** A grade book from outside, a customer's say. Throws a RangeError that lists every problem. */
export function parseGradeBook(value: unknown): GradeBook {
  const book = parse('grade book', gradeBook, value) as GradeBook;
  demandSources(
    'grade book',
    book,
    book.grades.flatMap(({ form, limits }) =>
      [...(form === undefined ? [] : [form]), ...limits].map(({ source }) => source),
    ),
  );
  return book;
}

/** A price book from outside. Throws a RangeError that lists every problem. */
export function parsePriceBook(value: unknown): PriceBook {
  const book = parse('price book', priceBook, value) as PriceBook;
  demandSources(
    'price book',
    book,
    book.prices.map(({ source }) => source),
  );
  return book;
}
