import type { JsonSchema } from '#contracts';

/** One member of the data, for a reader. */
export interface SchemaRow {
  /** `lines[].massMg`; `*` stands for a free name. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

const DEPTH_MAX = 6;

/** The members of an object's schema, nested ones behind their parents. */
export function schemaRows(schema: JsonSchema, prefix = '', depth = 0): SchemaRow[] {
  if (depth > DEPTH_MAX) return [];
  const required = list(schema['required']);
  const rows = Object.entries(object(schema['properties'])).flatMap(([name, member]) =>
    memberRows(`${prefix}${name}`, object(member), required.includes(name), depth),
  );
  const free = schema['additionalProperties'];
  if (typeof free !== 'object' || free === null) return rows;
  return [...rows, ...memberRows(`${prefix}*`, object(free), false, depth)];
}

function memberRows(
  path: string,
  schema: JsonSchema,
  required: boolean,
  depth: number,
): SchemaRow[] {
  const description = textOf(schema['description']);
  const row = { path, type: typeText(schema), required, description };
  const cells = schema['items'];
  const below =
    cells === undefined
      ? schemaRows(schema, `${path}.`, depth + 1)
      : schemaRows(object(cells), `${path}[].`, depth + 1);
  const branches = alternatives(schema).flatMap((branch) =>
    schemaRows(branch, `${path}.`, depth + 1),
  );
  return [row, ...below, ...unique(branches)];
}

/** Alternatives repeat their common members; the first of a name stands for all. */
function unique(rows: readonly SchemaRow[]): SchemaRow[] {
  const byPath = new Map<string, SchemaRow>();
  for (const row of rows) {
    const known = byPath.get(row.path);
    if (known === undefined) byPath.set(row.path, row);
    else if (known.type !== row.type) {
      byPath.set(row.path, { ...known, type: `${known.type} | ${row.type}` });
    }
  }
  return [...byPath.values()];
}

/** A type as one would say it: `integer 0…63`, `"gross" | "tare"`, `list of integer`. */
function typeText(schema: JsonSchema): string {
  const branches = alternatives(schema);
  if (branches.length > 0) return [...new Set(branches.map(typeText))].join(' | ');
  if ('const' in schema) return JSON.stringify(schema['const']);
  const values = list(schema['enum']);
  if (values.length > 0) return values.map((value) => JSON.stringify(value)).join(' | ');
  switch (schema['type']) {
    case 'array':
      return `list${bounds(schema, 'Items')} of ${typeText(object(schema['items']))}`;
    case 'object':
      return typeof schema['additionalProperties'] === 'object' ? 'object, free names' : 'object';
    case 'string':
      return `text${bounds(schema, 'Length')}`;
    case 'integer':
    case 'number':
      return `${textOf(schema['type'])}${range(schema)}`;
    default:
      return textOf(schema['type']);
  }
}

function bounds(schema: JsonSchema, of: 'Items' | 'Length'): string {
  const max = schema[`max${of}`];
  return typeof max === 'number' ? ` (at most ${max})` : '';
}

function range(schema: JsonSchema): string {
  const shown = (bound: unknown): string =>
    typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER
      ? bound.toLocaleString('en-US')
      : '';
  const from = shown(schema['minimum'] ?? schema['exclusiveMinimum']);
  const to = shown(schema['maximum']);
  return from === '' && to === '' ? '' : ` ${from}…${to}`;
}

const object = (value: unknown): JsonSchema =>
  typeof value === 'object' && value !== null ? (value as JsonSchema) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const alternatives = (schema: JsonSchema): JsonSchema[] =>
  list(schema['anyOf'] ?? schema['oneOf']).map(object);
