import { describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  EVENTS,
  type EventDefinition,
  FACTS,
  PoisonError,
  dataSchema,
  decodeBody,
  decodeHeaders,
  decodeStructured,
  encodeEntry,
  encodeHeaders,
  exampleAttributes,
  parseJson,
} from '#contracts';
import fc from 'fast-check';
import { valueOf } from '../arbitraries/json-schema.js';

const definitions: EventDefinition[] = [...Object.values(EVENTS), ...Object.values(FACTS)];

type Body = Record<string, unknown>;

/** Columns of indices, brought to where their lists end. */
function pointInside(body: unknown): unknown {
  const { products, product, components, ...frame } = body as DataOf<'devicesDismantled'>;
  const { kinds, hazards, device, kind, hazard } = components;
  const within = (column: readonly number[], length: number): number[] =>
    column.map((cell) => cell % Math.max(1, length));
  return {
    ...frame,
    products,
    product: within(product, products.length),
    components: {
      ...components,
      device: within(device, frame.massMg.length),
      kind: within(kind, kinds.length),
      hazard: hazard.map((cell) => (cell === null ? null : cell % Math.max(1, hazards.length))),
    },
  };
}

/** Data by the JSON Schema of the definition; what that cannot say `fc.pre` sieves. */
const bodyOf = (definition: EventDefinition): fc.Arbitrary<Body> =>
  fc
    .integer({ min: 1, max: 3 })
    .chain((cells) => valueOf(dataSchema(definition), cells))
    .map((body) =>
      definition === EVENTS.devicesDismantled ? pointInside(body) : body,
    ) as fc.Arbitrary<Body>;

const isAccepted = (definition: EventDefinition, body: Body): boolean =>
  definition.schema.safeParse(body).success;

/** Paths of all objects in a body. */
function objectsIn(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const here = Array.isArray(value) ? [] : [[...path]];
  return [
    ...here,
    ...Object.entries(value).flatMap(([name, member]) => objectsIn(member, [...path, name])),
  ];
}

describe.each(definitions.map((definition) => [definition.type, definition] as const))(
  '%s',
  (type, definition) => {
    it('reads back what was written, over Kafka and out of the log', () => {
      fc.assert(
        fc.property(bodyOf(definition), (body) => {
          fc.pre(isAccepted(definition, body));
          const attributes = exampleAttributes(definition, body);
          const data = Buffer.from(JSON.stringify(body));
          const read = decodeHeaders(encodeHeaders(attributes));
          expect(read).toEqual(attributes);
          expect(decodeBody(type, parseJson(data)).data).toEqual(body);
          const entry = decodeStructured(encodeEntry(attributes, data));
          expect(entry.data.equals(data)).toBe(true);
          expect(decodeBody(type, entry.body).data).toEqual(body);
        }),
        { numRuns: 12 },
      );
    });

    it('refuses a member that it does not know, and says where', () => {
      fc.assert(
        fc.property(bodyOf(definition), fc.nat(), (body, pick) => {
          fc.pre(isAccepted(definition, body));
          const copy = structuredClone(body);
          const strict = objectsIn(copy).filter((path) => !isFree(definition, path));
          const path = strict[pick % strict.length]!;
          const parent = path.reduce<Body>((object, name) => object[name] as Body, copy);
          parent['surprise'] = 1;
          const refuse = (): unknown => decodeBody(type, copy);
          expect(refuse).toThrow(PoisonError);
          expect(refuse).toThrow('surprise');
          if (path.length > 0) expect(refuse).toThrow(path[0]);
        }),
        { numRuns: 6 },
      );
    });
  },
);

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null;

/** Records with free names take any name: `ppm`, `figures`. */
function isFree(definition: EventDefinition, path: readonly string[]): boolean {
  let schemas: Body[] = [dataSchema(definition)];
  for (const name of path) {
    schemas = schemas.flatMap((schema) => {
      const options = [schema, ...((schema['anyOf'] ?? schema['oneOf'] ?? []) as Body[])];
      return options.flatMap((option) => {
        const properties = (option['properties'] ?? {}) as Record<string, Body>;
        const next: unknown = properties[name] ?? option['additionalProperties'] ?? option['items'];
        return isBody(next) ? [next] : [];
      });
    });
  }
  return schemas.some((schema) => typeof schema['additionalProperties'] === 'object');
}
