import { PoisonError } from '#contracts';
import type { NewEvent } from '#edge';
import { type FieldNode, type FieldSource, type Mapping, isSource } from './mapping.js';
import { convertMeasure, quantityOf } from './measures.js';

/** The cell of a column; undefined: there is no such column. */
export type Row = (column: string) => string | undefined;

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type ColumnSource = Extract<FieldSource, { column: string }>;

const bad = (message: string): PoisonError => new PoisonError(message, 'data-invalid');

/**
 * One row as an event, without its subject. Throws a PoisonError that names the column. Numbers are
 * converted exactly; what the instrument said stays in `original` where the mapping asks for it.
 */
export function applyMapping(
  mapping: Mapping,
  row: Row,
): Omit<NewEvent, 'subject' | 'data'> & { readonly data: object } {
  const data = new RowReader(mapping, row).data();
  const { type, entrymode, time } = mapping;
  return {
    type,
    data,
    ...(entrymode === undefined ? {} : { entrymode }),
    ...(time === undefined ? {} : { time: timeOf(time, row) }),
  };
}

class RowReader {
  #original: Json | undefined;

  constructor(
    private readonly mapping: Mapping,
    private readonly row: Row,
  ) {}

  data(): { [name: string]: Json } {
    const data = this.#object(this.mapping.data, []);
    return this.#original === undefined ? data : { ...data, original: this.#original };
  }

  #object(
    fields: { readonly [name: string]: FieldNode },
    path: readonly string[],
  ): { [name: string]: Json } {
    const object: { [name: string]: Json } = {};
    for (const [name, node] of Object.entries(fields)) {
      const value = this.#value(node, [...path, name]);
      if (value !== undefined) object[name] = value;
    }
    return object;
  }

  #value(node: FieldNode, path: readonly string[]): Json | undefined {
    if (!isSource(node)) return this.#object(node, path);
    if ('constant' in node) return node.constant;
    if ('template' in node) return this.#template(node.template);
    if ('column' in node) return this.#column(node, path);
    return node.list
      .map((element) => this.#value(element, path))
      .filter((cell) => cell !== undefined);
  }

  #template(template: string): string {
    return template.replaceAll(/\{([^}]*)\}/g, (_, column: string) => {
      const cell = cellOf(this.row, column);
      if (cell === '') throw bad(`column "${column}" is empty`);
      return cell;
    });
  }

  #column(source: ColumnSource, path: readonly string[]): Json | undefined {
    const { column, as, unit, whenEmpty } = source;
    const cell = cellOf(this.row, column);
    if (cell === '') {
      if (whenEmpty === undefined) throw bad(`column "${column}" is empty`);
      return whenEmpty === 'null' ? null : undefined;
    }
    if (unit !== undefined) return this.#measure(cell, unit, source, path);
    if (as === 'integer') return integerOf(this.#plain(cell, column), column);
    if (as === 'boolean') return booleanOf(cell, column);
    return cell;
  }

  #measure(cell: string, unit: string, source: ColumnSource, path: readonly string[]): number {
    const { column, original, belowLimit } = source;
    const isBelow = belowLimit === true && cell.startsWith('<');
    const value = this.#plain(isBelow ? cell.slice(1).trim() : cell, column);
    if (original === true) this.#original = { value, unit };
    try {
      const converted = convertMeasure(value, unit, quantityOf(path)!);
      return isBelow ? -converted : converted;
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw bad(`column "${column}": ${cause.message}`);
    }
  }

  /** A number as `-1234.5`, whatever it was grouped and pointed with. */
  #plain(cell: string, column: string): string {
    const { decimal, grouping } = this.mapping;
    const [whole = '', fraction, ...more] = cell.replace(/^\+/, '').split(decimal);
    const digits = grouping === undefined ? whole : whole.replaceAll(grouping, '');
    const plain = fraction === undefined ? digits : `${digits}.${fraction}`;
    if (more.length === 0 && /^-?\d+(\.\d+)?$/.test(plain)) return plain;
    throw bad(
      `column "${column}": "${cell}" is not a number with "${decimal}" before its fraction`,
    );
  }
}

function cellOf(row: Row, column: string): string {
  const cell = row(column);
  if (cell === undefined) throw bad(`there is no column "${column}"`);
  return cell;
}

function integerOf(plain: string, column: string): number {
  const value = Number(plain);
  if (Number.isSafeInteger(value)) return value;
  throw bad(`column "${column}": ${plain} is not a whole number`);
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
};

function booleanOf(cell: string, column: string): boolean {
  const value = BOOLEANS[cell.toLowerCase()];
  if (value !== undefined) return value;
  throw bad(`column "${column}": "${cell}" is none of ${Object.keys(BOOLEANS).join(', ')}`);
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)$/;

function timeOf({ column, as, zone }: NonNullable<Mapping['time']>, row: Row): string {
  const cell = cellOf(row, column);
  const local = LOCAL.exec(cell);
  if (as === 'text' && local !== null && zone === undefined) {
    throw bad(`column "${column}": "${cell}" has no offset; give the mapping's time a zone`);
  }
  const text = local === null ? cell : `${local[1]!}T${local[2]!}${zone ?? 'Z'}`;
  const ms = as === 'text' ? Date.parse(text) : Number(cell) * (as === 'unix-ms' ? 1 : 1_000);
  if (cell !== '' && Number.isFinite(ms) && Math.abs(ms) < 8.64e15) {
    return new Date(Math.floor(ms)).toISOString();
  }
  throw bad(`column "${column}": "${cell}" is not a time`);
}
