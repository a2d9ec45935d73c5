import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvCells } from './csv-row.js';
import { RECORD_BYTES_MAX, RecordSplitter, type TextRecord } from './record-splitter.js';

/** Pieces of a text, cut at random places. */
const cut = (text: Buffer, places: readonly number[]): Buffer[] => {
  const sorted = [...places.map((place) => place % (text.length + 1)), 0, text.length].sort(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((end, at) => text.subarray(sorted[at], end));
};

function recordsOf(splitter: RecordSplitter, pieces: readonly Buffer[]): TextRecord[] {
  const records = pieces.flatMap((piece) => splitter.push(piece));
  const last = splitter.end();
  return last === undefined ? records : [...records, last];
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

describe('Records', () => {
  it('are the lines of a text however it is cut', () => {
    const lines = fc.array(fc.string().map((line) => line.replaceAll(/[\r\n]/g, '')));
    fc.assert(
      fc.property(lines, fc.array(fc.nat()), (given, places) => {
        const text = Buffer.from(given.map((line) => `${line}\n`).join(''));
        const records = recordsOf(new RecordSplitter(false), cut(text, places));
        expect(records.map(({ bytes }) => String(bytes))).toEqual(given);
        expect(records.at(-1)?.end ?? 0).toBe(text.length);
      }),
    );
  });

  it('of CSV are its rows, with line feeds, quotes and delimiters within cells', () => {
    const rows = fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }));
    fc.assert(
      fc.property(rows, fc.array(fc.nat()), (given, places) => {
        const text = Buffer.from(given.map((row) => `${row.map(quoted).join(';')}\r\n`).join(''));
        const records = recordsOf(new RecordSplitter(true), cut(text, places));
        expect(records.map(({ bytes }) => csvCells(String(bytes), ';'))).toEqual(given);
      }),
    );
  });

  it('that are too long are left out, and memory stays bounded', () => {
    const splitter = new RecordSplitter(true, 10);
    const long = Buffer.alloc(50_000, 'x');
    for (let count = 0; count < 7; count++) expect(splitter.push(long)).toEqual([]);
    const records = splitter.push(Buffer.from('"\nshort\n'));
    const end = 10 + 350_000 + 2;
    expect(end).toBeGreaterThan(RECORD_BYTES_MAX);
    expect(records).toEqual([
      { bytes: null, end },
      { bytes: Buffer.from('short'), end: end + 6 },
    ]);
  });
});

describe('A CSV row', () => {
  it('is refused when its quotes do not match, instead of read with shifted columns', () => {
    expect(() => csvCells('a,"b', ',')).toThrow('a quote does not end');
    expect(() => csvCells('a,b"c"d', ',')).toThrow('has a quote within it');
    expect(csvCells(' a , "b, c" ,', ',')).toEqual(['a', 'b, c', '']);
  });
});
