import { z } from 'zod';
import { definitionOf } from '#contracts';
import { CommandError, EXIT } from '../command-error.js';
import { isUnitOf, quantityOf, unitsOf } from './measures.js';

/** Where the value of one field comes from. */
export type FieldSource =
  | { readonly constant: string | number | boolean | null }
  /** Text with the cells of columns in braces, as `north.{run}`. */
  | { readonly template: string }
  | {
      readonly column: string;
      readonly as?: 'text' | 'integer' | 'boolean' | undefined;
      /** UN/ECE Recommendation 20 code that the column is in; the field's name says what to. */
      readonly unit?: string | undefined;
      /** Keep value and unit of this column in `original`. */
      readonly original?: boolean | undefined;
      /** An empty cell: leave the field out, or say null; without it the row is refused. */
      readonly whenEmpty?: 'omit' | 'null' | undefined;
      /** `<0.02` means below a detection limit, written as its negative (a censored reading). */
      readonly belowLimit?: boolean | undefined;
    }
  | { readonly list: readonly FieldNode[] };

/** A field or an object of fields. */
export type FieldNode = FieldSource | { readonly [name: string]: FieldNode };

const field = {
  constant: z.strictObject({
    constant: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  }),
  template: z.strictObject({ template: z.string().min(1) }),
  column: z.strictObject({
    column: z.string().min(1),
    as: z.enum(['text', 'integer', 'boolean']).optional(),
    unit: z.string().optional(),
    original: z.boolean().optional(),
    whenEmpty: z.enum(['omit', 'null']).optional(),
    belowLimit: z.boolean().optional(),
  }),
  list: z.strictObject({ list: z.array(z.unknown()).min(1).max(256) }),
} as const;
const KINDS = Object.keys(field) as (keyof typeof field)[];

const mappingSchema = z.strictObject({
  /** `container.weighed` or `urbanmine.container.weighed.v1`. */
  type: z.string(),
  format: z.enum(['csv', 'json']).default('csv'),
  delimiter: z.string().length(1).default(','),
  /** Character before the fraction of a number, and between groups of its digits. */
  decimal: z.enum(['.', ',']).default('.'),
  grouping: z.enum(['.', ',', ' ', "'"]).optional(),
  time: z
    .strictObject({
      column: z.string().min(1),
      as: z.enum(['text', 'unix-seconds', 'unix-ms']).default('text'),
      /** Offset of times that name none, as `+01:00`. */
      zone: z
        .string()
        .regex(/^(Z|[+-]\d{2}:\d{2})$/)
        .optional(),
    })
    .optional(),
  entrymode: z.enum(['automatic', 'manual', 'backdated']).optional(),
  data: z.record(z.string(), z.unknown()),
});

export type Mapping = Omit<z.infer<typeof mappingSchema>, 'data'> & {
  readonly type: string;
  readonly data: { readonly [name: string]: FieldNode };
};

export const fullType = (type: string): string =>
  /^urbanmine\..*\.v\d+$/.test(type) ? type : `urbanmine.${type}.v1`;

/** Checks a mapping once; a usage error names every problem with its place. */
export function readMapping(value: unknown, file: string): Mapping {
  const parsed = mappingSchema.safeParse(value);
  if (!parsed.success) throw problemsOf(file, [z.prettifyError(parsed.error)]);
  const problems: string[] = [];
  const type = fullType(parsed.data.type);
  if (definitionOf(type) === undefined) problems.push(`type: "${parsed.data.type}" is no event`);
  const data = Object.fromEntries(
    Object.entries(parsed.data.data).map(([name, node]) => [
      name,
      readNode(node, ['data', name], problems),
    ]),
  );
  const originals = problems.length === 0 ? countOriginals(data) : 0;
  if (originals > 1) problems.push(`data: ${originals} columns with original, at most one`);
  if (problems.length > 0) throw problemsOf(file, problems);
  return { ...parsed.data, type, data };
}

const problemsOf = (file: string, problems: readonly string[]): CommandError =>
  new CommandError(EXIT.usage, `the mapping ${file} cannot be used:\n${problems.join('\n')}`);

function readNode(value: unknown, path: readonly string[], problems: string[]): FieldNode {
  const at = path.join('.');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(`${at}: not an object; give one of ${KINDS.join(', ')}, or fields`);
    return { constant: null };
  }
  const kind = KINDS.find((name) => Object.hasOwn(value, name));
  if (kind === undefined) {
    return Object.fromEntries(
      Object.entries(value).map(([name, node]) => [
        name,
        readNode(node, [...path, name], problems),
      ]),
    );
  }
  const parsed = field[kind].safeParse(value);
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map(({ message }) => `${at}: ${message}`));
    return { constant: null };
  }
  if ('list' in parsed.data) {
    const list = parsed.data.list.map((node) => readNode(node, path, problems));
    return { list };
  }
  if ('column' in parsed.data) checkUnit(parsed.data, path, problems);
  return parsed.data;
}

function checkUnit(
  { unit, original }: z.infer<typeof field.column>,
  path: readonly string[],
  problems: string[],
): void {
  const at = path.join('.');
  if (unit === undefined) {
    if (original === true) problems.push(`${at}: original needs a unit`);
    return;
  }
  const quantity = quantityOf(path);
  if (quantity === undefined) {
    problems.push(`${at}: a unit, but the field's name ends in none (Mg, Ppm, Ms, Seconds, Wh)`);
  } else if (!isUnitOf(unit, quantity)) {
    problems.push(`${at}: "${unit}" is no unit for it; known: ${unitsOf(quantity).join(', ')}`);
  }
}

const isSource = (node: FieldNode): node is FieldSource =>
  KINDS.some((name) => Object.hasOwn(node, name));

function countOriginals(node: FieldNode): number {
  const inner = isSource(node) ? ('list' in node ? node.list : []) : Object.values(node);
  const own = isSource(node) && 'column' in node && node.original === true ? 1 : 0;
  return inner.reduce((sum, child) => sum + countOriginals(child), own);
}

export { isSource };
