import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  EVENTS,
  type EventDefinition,
  FACTS,
  type JsonSchema,
  dataSchema,
  encodeHeaders,
  exampleAttributes,
  schemaChangeProblems,
} from '#contracts';

/** What was promised of one type: its schema, and records that MUST decode for ever. */
interface PublishedContract {
  readonly schema: JsonSchema;
  /** `data` is the exact text of the value. */
  readonly golden: readonly {
    readonly headers: Readonly<Record<string, string>>;
    readonly data: string;
  }[];
}

/** Where they are committed, from the root of the repository. */
const PUBLISHED = 'libs/contracts/published';

/**
 * Path and text of each type's file. Golden records that stand there stay as they are; a type that
 * has none gets its examples. Throws with every change that would break somebody.
 */
export function publishedFiles(root: string): Map<string, string> {
  const files = new Map<string, string>();
  const broken: string[] = [];
  for (const definition of [...Object.values(EVENTS), ...Object.values(FACTS)]) {
    const path = `${PUBLISHED}/${definition.type}.json`;
    const before = readPublished(root, path);
    const after: PublishedContract = {
      schema: schemaOf(definition),
      golden: before?.golden ?? definition.examples.map((data) => goldenRecord(definition, data)),
    };
    broken.push(...brokenBy(definition, before));
    files.set(path, `${JSON.stringify(after, null, 2)}\n`);
  }
  if (broken.length > 0) {
    throw new Error(
      `${broken.join('\n')}\nMake it a new version; or, if it was never released, ` +
        `remove its file from ${PUBLISHED} and generate again.`,
    );
  }
  return files;
}

/** What the type promises now and did not keep of what it promised before. */
function brokenBy(definition: EventDefinition, before: PublishedContract | undefined): string[] {
  if (before === undefined) return [];
  const reads = definition.by.includes('ledger') ? 'fact' : 'event';
  return schemaChangeProblems(before.schema, schemaOf(definition), reads).map(
    (problem) => `${definition.type}: ${problem}`,
  );
}

/** Examples are no promise. */
function schemaOf(definition: EventDefinition): JsonSchema {
  return Object.fromEntries(
    Object.entries(dataSchema(definition)).filter(([name]) => name !== 'examples'),
  );
}

function goldenRecord(
  definition: EventDefinition,
  data: unknown,
): PublishedContract['golden'][number] {
  const headers = encodeHeaders(exampleAttributes(definition, data as object));
  return { headers, data: JSON.stringify(data) };
}

function readPublished(root: string, path: string): PublishedContract | undefined {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')) as PublishedContract;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${basename(path)} cannot be read`, { cause: error });
  }
}
