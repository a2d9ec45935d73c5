import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { schemaChangeProblems } from '#contracts';

const before = z.strictObject({
  lotId: z.string().regex(/^n/),
  massMg: z.int().min(0),
  state: z.enum(['open', 'closed']),
  note: z.string().max(10).optional(),
  lines: z.array(z.strictObject({ ppm: z.int().min(0).max(10) })).max(4),
  byName: z.record(z.string(), z.int().max(5)),
  about: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('water'), massMg: z.int() }),
    z.strictObject({ kind: z.literal('energy'), wh: z.int() }),
  ]),
});
const { shape } = before;
const json = (schema: z.ZodType): Record<string, unknown> =>
  z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
const changed = (fields: z.ZodRawShape, reads: 'event' | 'fact' = 'event'): string[] =>
  schemaChangeProblems(json(before), json(z.strictObject({ ...shape, ...fields })), reads);

describe('a change of a schema', () => {
  it('is none, or adds something optional, or takes more: fine', () => {
    expect(changed({})).toEqual([]);
    expect(changed({ colour: z.string().optional() }, 'fact')).toEqual([]);
    expect(changed({ massMg: z.int().min(-5), note: z.string().max(20).optional() })).toEqual([]);
    expect(changed({ massMg: z.int().min(0).nullable() })).toEqual([]);
    expect(changed({ state: z.enum(['open', 'closed', 'lost']) })).toEqual([]);
    expect(changed({ lines: z.array(z.strictObject({ ppm: z.int().min(0) })) })).toEqual([]);
  });

  it('takes a field away from readers only where it is a fact', () => {
    const optional = { massMg: shape.massMg.optional() };
    expect(changed(optional)).toEqual([]);
    expect(changed(optional, 'fact')).toEqual(['massMg: may be missing now']);
  });

  it('asks for something new', () => {
    expect(changed({ colour: z.string() })).toEqual(['colour: is required now']);
    expect(changed({ note: z.string().max(10) })).toEqual(['note: is required now']);
  });

  it('removes or renames', () => {
    const { massMg, ...rest } = shape;
    const renamed = z.strictObject({ ...rest, massGrams: massMg.optional() });
    expect(schemaChangeProblems(json(before), json(renamed), 'event')).toEqual([
      'massMg: removed or renamed',
    ]);
  });

  it.each<[string, z.ZodRawShape, string]>([
    ['another type', { massMg: z.string() }, 'massMg: was "integer", is "string"'],
    ['a higher minimum', { massMg: z.int().min(1) }, 'massMg: minimum is narrower'],
    [
      'a new maximum',
      { byName: z.record(z.string(), z.int().max(4)) },
      'byName.*: maximum is narrower',
    ],
    ['fewer values', { state: z.enum(['open']) }, 'state: no longer takes "closed"'],
    ['another pattern', { lotId: z.string().regex(/^north/) }, 'lotId: has another pattern'],
    ['shorter texts', { note: z.string().max(9).optional() }, 'note: maxLength is narrower'],
    ['fewer lines', { lines: shape.lines.max(3) }, 'lines: maxItems is narrower'],
    [
      'a narrower part',
      { lines: z.array(z.strictObject({ ppm: z.int().min(0).max(9) })).max(4) },
      'lines.[].ppm: maximum is narrower',
    ],
    [
      'a lost alternative',
      { about: z.strictObject({ kind: z.literal('water'), massMg: z.int() }) },
      'about.kind: no longer takes "energy"',
    ],
  ])('narrows: %s', (_what, fields, problem) => {
    expect(changed(fields)).toContain(problem);
  });
});
