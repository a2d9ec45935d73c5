import fc from 'fast-check';

/** A JSON Schema as `dataSchema` writes it. */
type Schema = Readonly<Record<string, unknown>>;

const record = (value: unknown): Schema => (value ?? {}) as Schema;
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Values that a schema accepts. Lists are short and all of one length, `cells`, since the columns of
 * a frame must agree; what else a schema cannot say (sums, indices) the caller filters.
 */
export function valueOf(schema: Schema, cells: number): fc.Arbitrary<unknown> {
  const branches = list(schema['anyOf'] ?? schema['oneOf']);
  if (branches.length > 0) {
    return fc.oneof(...branches.map((branch) => valueOf(record(branch), cells)));
  }
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...list(schema['enum']));
  switch (schema['type']) {
    case 'object':
      return objectOf(schema, cells);
    case 'array': {
      const length = Math.max(cells, Number(schema['minItems'] ?? 0));
      const of = { minLength: length, maxLength: length };
      return fc.array(valueOf(record(schema['items']), cells), of);
    }
    case 'integer':
      return integerOf(schema);
    case 'string':
      return stringOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case undefined:
      // What a schema leaves open; the rules look into it by another.
      return fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('', 'text'));
    default:
      throw new Error(`no values for ${JSON.stringify(schema)}`);
  }
}

function objectOf(schema: Schema, cells: number): fc.Arbitrary<unknown> {
  const properties = record(schema['properties']);
  const free = schema['additionalProperties'];
  if (Object.keys(properties).length === 0 && typeof free === 'object') {
    // No object literal can have a member of that name.
    const names = stringOf(record(schema['propertyNames'])).filter((name) => name !== '__proto__');
    return fc.dictionary(names, valueOf(record(free), cells), {
      maxKeys: 3,
      noNullPrototype: true,
    });
  }
  const model = Object.entries(properties).map(
    ([name, value]) => [name, valueOf(record(value), cells)] as const,
  );
  return fc.record(Object.fromEntries(model), {
    requiredKeys: list(schema['required']) as string[],
    noNullPrototype: true,
  });
}

const SMALL = 1_000;

/** Mostly small ones, so that indices often point at something. */
function integerOf(schema: Schema): fc.Arbitrary<number> {
  const min = Number(schema['minimum'] ?? Number.MIN_SAFE_INTEGER);
  const max = Number(schema['maximum'] ?? Number.MAX_SAFE_INTEGER);
  const near = Math.min(max, Math.max(min, 0) + SMALL);
  return fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: Math.max(min, Math.min(0, max)), max: near }) },
    { weight: 1, arbitrary: fc.constantFrom(min, max) },
    { weight: 2, arbitrary: fc.constant(Math.max(min, Math.min(0, max))) },
  );
}

function stringOf(schema: Schema): fc.Arbitrary<string> {
  const { pattern } = schema;
  const minLength = Number(schema['minLength'] ?? 0);
  const maxLength = Number(schema['maxLength'] ?? minLength + 100);
  const fits = (text: string): boolean => text.length >= minLength && text.length <= maxLength;
  if (schema['contentEncoding'] === 'base64')
    return fc.base64String({ maxLength: 64 }).filter(fits);
  if (typeof pattern !== 'string') return fc.string({ minLength, maxLength });
  // Look-ahead and property classes are beyond the generator: times, and texts without controls.
  if (pattern.includes('(?!')) return TIME;
  if (pattern.includes('\\p{')) return fc.stringMatching(/^[ -~äß€漢]{1,20}$/u).filter(fits);
  return matching(pattern).filter(fits);
}

const TIME = fc
  .date({ min: new Date(0), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Reading a pattern takes longer than drawing from it. */
const patterns = new Map<string, fc.Arbitrary<string>>();

function matching(pattern: string): fc.Arbitrary<string> {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const made = fc.stringMatching(new RegExp(pattern), { size: 'xsmall' });
  patterns.set(pattern, made);
  return made;
}
