import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import {
  type JsonSchema,
  dataSchema,
  decodeBody,
  decodeHeaders,
  definitionOf,
  parseJson,
  schemaChangeProblems,
} from '#contracts';

interface Published {
  readonly schema: JsonSchema;
  readonly golden: readonly { headers: Record<string, string>; data: string }[];
}

const DIR = fileURLToPath(new URL('../../libs/contracts/published/', import.meta.url));
const files = readdirSync(DIR).filter((name) => name.endsWith('.json'));

/** What was published once holds for ever: stations and readers outside rest on it. */
describe.each(files)('%s', (file) => {
  const { schema, golden } = JSON.parse(readFileSync(`${DIR}${file}`, 'utf8')) as Published;
  const type = file.replace(/\.json$/, '');
  const definition = definitionOf(type);

  it('still decodes, byte for byte as it was said', () => {
    expect(golden.length).toBeGreaterThan(0);
    for (const { headers, data } of golden) {
      const attributes = decodeHeaders(headers);
      expect(attributes.type).toBe(type);
      const body = parseJson(Buffer.from(data));
      expect(decodeBody(type, body).data).toEqual(body);
    }
  });

  it('was changed by nothing but what takes more', () => {
    if (definition === undefined) throw new Error(`${type} was published and is not there`);
    const reads = definition.by.includes('ledger') ? 'fact' : 'event';
    // A breaking change is a version 2. Only of a type that no release had: remove its file, and
    // `npm run generate`.
    expect(schemaChangeProblems(schema, dataSchema(definition), reads)).toEqual([]);
  });
});
