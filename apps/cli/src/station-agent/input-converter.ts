import {
  PoisonError,
  decodeBody,
  definitionOf,
  goodTraceparent,
  maySend,
  memberSpans,
  parseJson,
  subjectOf,
} from '#contracts';
import type { NewEvent } from '#edge';
import type { StationKind } from '#contracts';
import { z } from 'zod';
import { applyMapping } from './apply-mapping.js';
import { csvCells } from './csv-row.js';
import { type Mapping, fullType } from './mapping.js';

export interface Converter {
  /** The first record of a file names its columns. */
  readonly hasHeader: boolean;
  readonly isCsv: boolean;
  /** Throws a PoisonError that says what is wrong with the record. */
  readonly convert: (record: Buffer, header: Buffer | null) => NewEvent;
}

export interface Speaker {
  readonly source: string;
  /** Unknown: the gateway alone decides what the station may say. */
  readonly kind: StationKind | undefined;
}

const bad = (message: string): PoisonError => new PoisonError(message, 'data-invalid');

/** What a line of NDJSON may have besides `data`; seq and boot are the spool's to give. */
const lineSchema = z.strictObject({
  type: z.string(),
  data: z.looseObject({}),
  time: z.string().optional(),
  subject: z.string().optional(),
  actor: z.string().optional(),
  entrymode: z.enum(['automatic', 'manual', 'backdated']).optional(),
  dataschema: z.string().optional(),
  traceparent: z.unknown().optional(),
  tracestate: z.unknown().optional(),
  source: z.string().optional(),
  specversion: z.literal('1.0').optional(),
  datacontenttype: z.literal('application/json').optional(),
});

/** Lines of NDJSON that are events already; their data is sent byte by byte as it is. */
export function lineConverter(speaker: Speaker): Converter {
  return {
    hasHeader: false,
    isCsv: false,
    convert: (record) => {
      const parsed = lineSchema.safeParse(parseJson(record));
      if (!parsed.success) {
        throw bad(parsed.error.issues.map((issue) => describeIssue(issue)).join('; '));
      }
      const { type: given, data, subject, source, ...rest } = parsed.data;
      if (source !== undefined && source !== speaker.source) {
        throw bad(`source: "${source}", but this station is ${speaker.source}`);
      }
      const { start, end } = memberSpans(record).get('data')!;
      const { time, actor, entrymode, dataschema } = rest;
      const traceparent = goodTraceparent(rest.traceparent);
      return {
        ...checked(speaker, fullType(given), data, subject),
        data: record.subarray(start, end),
        ...(time === undefined ? {} : { time }),
        ...(actor === undefined ? {} : { actor }),
        ...(entrymode === undefined ? {} : { entrymode }),
        ...(dataschema === undefined ? {} : { dataschema }),
        ...(traceparent === undefined ? {} : { traceparent }),
      };
    },
  };
}

/** Records in the words of a sensor, by a mapping. */
export function mappingConverter(speaker: Speaker, mapping: Mapping): Converter {
  const isCsv = mapping.format === 'csv';
  return {
    hasHeader: isCsv,
    isCsv,
    convert: (record, header) => {
      const row = isCsv ? csvRow(record, header, mapping.delimiter) : jsonRow(record);
      const event = applyMapping(mapping, row);
      return { ...event, ...checked(speaker, event.type, event.data, undefined) };
    },
  };
}

function csvRow(
  record: Buffer,
  header: Buffer | null,
  delimiter: string,
): (column: string) => string | undefined {
  try {
    const names = csvCells(
      (header ?? Buffer.alloc(0)).toString().replace(/^\uFEFF/, ''),
      delimiter,
    );
    const cells = csvCells(record.toString(), delimiter);
    if (cells.length !== names.length) {
      throw bad(`${cells.length} cells, but the header has ${names.length}`);
    }
    const byName = new Map(names.map((name, at) => [name, cells[at]!]));
    return (column) => byName.get(column);
  } catch (error) {
    if (error instanceof RangeError) throw bad(error.message);
    throw error;
  }
}

/** Cells of a JSON object by path, as `reading.cu`; a number's digits stay as they were written. */
function jsonRow(record: Buffer): (column: string) => string | undefined {
  const spans = new Map<string, string>();
  const visit = (at: number, prefix: string): void => {
    for (const [name, { start, end }] of memberSpans(record, at)) {
      const text = record.toString('utf8', start, end);
      if (text.startsWith('{')) visit(start, `${prefix}${name}.`);
      else spans.set(`${prefix}${name}`, textOf(text));
    }
  };
  const value = parseJson(record);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad('not an object');
  }
  visit(0, '');
  return (column) => spans.get(column);
}

function textOf(json: string): string {
  if (json === 'null') return '';
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** Type and subject of an event that the gateway would take, by its schema and its kind. */
function checked(
  { source, kind }: Speaker,
  type: string,
  data: object,
  subject: string | undefined,
): { readonly type: string; readonly subject: string } {
  const definition = definitionOf(type);
  if (definition === undefined) throw bad(`type: "${type}" is not known`);
  if (kind !== undefined && !maySend(kind, definition)) {
    throw bad(`type: a station of kind ${kind} does not say ${definition.name}`);
  }
  decodeBody(type, data);
  return { type, subject: subject ?? subjectOf(definition, data, source) };
}

const describeIssue = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
