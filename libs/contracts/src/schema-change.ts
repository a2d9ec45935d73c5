import type { JsonSchema } from './json-schema.js';

/**
 * What of a change of a JSON Schema breaks somebody, as `<path>: <what>`. Empty: every record that
 * `before` accepted is accepted by `after`; of a fact, a reader also finds every field it found.
 * Knows the keywords that `dataSchema` writes.
 */
export function schemaChangeProblems(
  before: JsonSchema,
  after: JsonSchema,
  reads: 'event' | 'fact',
  path = '',
): string[] {
  const at = (problem: string): string => `${path === '' ? 'the data' : path}: ${problem}`;
  const branches = alternatives(before);
  if (branches !== undefined) {
    return branches.flatMap((branch) => schemaChangeProblems(branch, after, reads, path));
  }
  const offered = alternatives(after);
  if (offered !== undefined) {
    const tried = offered.map((branch) => schemaChangeProblems(before, branch, reads, path));
    if (tried.some((problems) => problems.length === 0)) return [];
    return tried.toSorted((one, other) => one.length - other.length)[0] ?? [at('nothing is left')];
  }
  return [
    ...valueProblems(before, after).map(at),
    ...memberProblems(before, after, reads, path),
    ...partProblems(before, after, reads, path),
  ];
}

const asSchema = (value: unknown): JsonSchema | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonSchema)
    : undefined;

function alternatives(schema: JsonSchema): readonly JsonSchema[] | undefined {
  const list = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(list) ? (list as JsonSchema[]) : undefined;
}

/** Keywords that only get wider: a lower bound may fall, an upper bound may rise. */
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

function valueProblems(before: JsonSchema, after: JsonSchema): string[] {
  const problems: string[] = [];
  const was = before['type'];
  const is = after['type'];
  if (is !== undefined && is !== was && !(is === 'number' && was === 'integer')) {
    problems.push(`was ${JSON.stringify(was)}, is ${JSON.stringify(is)}`);
  }
  const values = allowed(after);
  if (values !== undefined) {
    const lost = allowed(before)?.filter((value) => !values.includes(value));
    if (lost === undefined) problems.push('takes only a list of values now');
    else if (lost.length > 0) problems.push(`no longer takes ${lost.join(', ')}`);
  }
  const { pattern } = after;
  if (pattern !== undefined && pattern !== before['pattern'] && allowed(before) === undefined) {
    problems.push('has another pattern');
  }
  for (const name of [...LOWER, ...UPPER]) {
    if (narrows(name, before[name], after[name])) problems.push(`${name} is narrower`);
  }
  return problems;
}

function narrows(name: string, was: unknown, is: unknown): boolean {
  if (typeof is !== 'number') return false;
  if (typeof was !== 'number') return !(name === 'minLength' && is === 0);
  return LOWER.includes(name) ? is > was : is < was;
}

/** The closed list of values, as JSON texts. */
function allowed(schema: JsonSchema): string[] | undefined {
  if ('const' in schema) return [JSON.stringify(schema['const'])];
  const list = schema['enum'];
  return Array.isArray(list) ? list.map((value) => JSON.stringify(value)) : undefined;
}

function memberProblems(
  before: JsonSchema,
  after: JsonSchema,
  reads: 'event' | 'fact',
  path: string,
): string[] {
  const was = asSchema(before['properties']) ?? {};
  const is = asSchema(after['properties']) ?? {};
  const mustBefore = names(before['required']);
  const mustAfter = names(after['required']);
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const problems: string[] = [];
  for (const [name, schema] of Object.entries(was)) {
    const other = asSchema(is[name]);
    if (other === undefined) problems.push(`${below(name)}: removed or renamed`);
    else {
      problems.push(...schemaChangeProblems(asSchema(schema) ?? {}, other, reads, below(name)));
    }
  }
  for (const name of mustAfter) {
    if (!mustBefore.includes(name)) problems.push(`${below(name)}: is required now`);
  }
  if (reads === 'fact') {
    for (const name of mustBefore) {
      if (name in is && !mustAfter.includes(name)) {
        problems.push(`${below(name)}: may be missing now`);
      }
    }
  }
  return problems;
}

/** Of lists and of records with free names. */
function partProblems(
  before: JsonSchema,
  after: JsonSchema,
  reads: 'event' | 'fact',
  path: string,
): string[] {
  const problems: string[] = [];
  for (const [keyword, name] of [
    ['items', '[]'],
    ['additionalProperties', '*'],
    ['propertyNames', '(name)'],
  ] as const) {
    const was = asSchema(before[keyword]);
    const is = asSchema(after[keyword]);
    const below = path === '' ? name : `${path}.${name}`;
    if (is !== undefined) problems.push(...schemaChangeProblems(was ?? {}, is, reads, below));
    else if (was !== undefined && after[keyword] === false) problems.push(`${below}: refused now`);
  }
  return problems;
}

const names = (value: unknown): readonly string[] =>
  Array.isArray(value) ? (value as string[]) : [];
