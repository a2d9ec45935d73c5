import { z } from 'zod';
import type { EventDefinition } from './define-event.js';
import { URI_BASE } from './vocabulary.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * CloudEvents `dataschema` of a type: a name that outlasts every installation. Each installation
 * serves the schema behind it at `/schemas/{type}.json`.
 */
export const dataSchemaUri = (type: string): string => `${URI_BASE}schemas/${type}.json`;

/** JSON Schema (draft-07) of the data of an event or fact, complete in itself. */
export function dataSchema(definition: EventDefinition): JsonSchema {
  const { type, summary, examples } = definition;
  return {
    ...draft7(definition.schema),
    $id: dataSchemaUri(type),
    title: type,
    description: summary,
    examples,
  };
}

/** The same without a name of its own, to stand inside another document. */
export function draft7(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
}
