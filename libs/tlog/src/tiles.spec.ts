import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  LogFormatError,
  decodeBundle,
  encodeBundle,
  entriesPath,
  parseTilePath,
  partialWidth,
  tilePath,
  tilesOfSize,
} from './index.js';

describe('tilePath', () => {
  it.each([
    [0, 0, undefined, 'tile/0/000'],
    [0, 0, 256, 'tile/0/000'],
    [0, 0, 1, 'tile/0/000.p/1'],
    [1, 999, 255, 'tile/1/999.p/255'],
    [0, 1000, undefined, 'tile/0/x001/000'],
    [15, 455_667, undefined, 'tile/15/x455/667'],
    [3, 1_234_067, 17, 'tile/3/x001/x234/067.p/17'],
    [63, 0, undefined, 'tile/63/000'],
    [0, Number.MAX_SAFE_INTEGER, 9, 'tile/0/x009/x007/x199/x254/x740/991.p/9'],
  ])('level %i, index %i, width %p is %s', (level, index, width, path) => {
    expect(tilePath(level, index, width)).toBe(path);
    expect(parseTilePath(path)).toEqual({ level, index, width: width ?? 256 });
    const entries = path.replace(/^tile\/\d+/, 'tile/entries');
    expect(entriesPath(index, width)).toBe(entries);
    expect(parseTilePath(entries)).toEqual({ level: 'entries', index, width: width ?? 256 });
  });

  it.each([
    [-1, 0, 1],
    [64, 0, 1],
    [0.5, 0, 1],
    [0, -1, 1],
    [0, 2 ** 53, 1],
    [0, 0, 0],
    [0, 0, 257],
    [0, 0, 1.5],
  ])('refuses level %d, index %d, width %d', (level, index, width) => {
    expect(() => tilePath(level, index, width)).toThrow(RangeError);
  });

  it('and parseTilePath are inverse', () => {
    const ref = fc.tuple(fc.nat({ max: 63 }), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }));
    fc.assert(
      fc.property(ref, ([level, index, width]) => {
        expect(parseTilePath(tilePath(level, index, width))).toEqual({ level, index, width });
      }),
    );
    fc.assert(
      fc.property(
        fc.stringMatching(/^tile\/[0-9e]{1,2}\/[x0-9/]{3,8}(\.p\/[0-9]{1,3})?$/),
        (path) => {
          try {
            const { level, index, width } = parseTilePath(path);
            expect(tilePath(Number(level), index, width)).toBe(path);
          } catch (error) {
            expect(error).toBeInstanceOf(LogFormatError);
          }
        },
      ),
    );
  });
});

describe('parseTilePath', () => {
  it.each([
    '',
    'tile',
    'tile/0',
    'tile/0/',
    '/tile/0/000',
    'tile/0/000/',
    'tile/00/000',
    'tile/01/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/ 0/000',
    'tile/0/0',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/x000',
    'tile/0/x000/001',
    'tile/0/x000/x001/002',
    'tile/0/001/002',
    'tile/0/x001/x002',
    'tile/0/X001/002',
    'tile/0/x01/002',
    'tile/0/x009/x007/x199/x254/x740/992',
    'tile/0/x001/x009/x007/x199/x254/x740/991',
    'tile/0/000.p',
    'tile/0/000.p/',
    'tile/0/000.p/0',
    'tile/0/000.p/00',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/999',
    'tile/0/000.p/+1',
    'tile/0/000.p/1/',
    'tile/0/000.p/1\n',
    'tile/0/000.p/0x1',
    'tile/0/٠٠٠',
    'tile/entries',
    'tile/entries/x000/000',
    'tile/entries/000.p/256',
    'tile/data/000',
    'tile/0/../000',
  ])('refuses %j', (path) => {
    expect(() => parseTilePath(path)).toThrow(LogFormatError);
  });
});

describe('tiles of a size', () => {
  const counted = (size: number): string[] => {
    const counts = new Map<string, number>();
    for (const { level, width } of tilesOfSize(size)) {
      const key = `level ${level} width ${width}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, n]) => `${n} × ${key}`);
  };

  it('70,000 is the example of tlog-tiles', () => {
    expect(counted(70_000)).toEqual([
      '273 × level 0 width 256',
      '1 × level 0 width 112',
      '1 × level 1 width 256',
      '1 × level 1 width 17',
      '1 × level 2 width 1',
    ]);
    expect([0, 1, 2, 3].map((level) => partialWidth(level, 70_000))).toEqual([112, 17, 1, 0]);
  });

  it.each([
    [0, []],
    [1, ['tile/0/000.p/1']],
    [255, ['tile/0/000.p/255']],
    [256, ['tile/0/000', 'tile/1/000.p/1']],
    [257, ['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']],
  ])('%i', (size, paths) => {
    const all = [...tilesOfSize(size)].map((t) => tilePath(t.level, t.index, t.width));
    expect(all).toEqual(paths);
  });

  it('widths are right at the largest size', () => {
    const max = Number.MAX_SAFE_INTEGER;
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((level) => partialWidth(level, max))).toEqual([
      255, 255, 255, 255, 255, 255, 31, 0,
    ]);
    expect(() => partialWidth(0, max + 1)).toThrow(RangeError);
    expect(() => [...tilesOfSize(-1)]).toThrow(RangeError);
  });
});

describe('entry bundles', () => {
  it('put two bytes of length before each entry', () => {
    const bytes = encodeBundle([new Uint8Array(0), Uint8Array.of(7), new Uint8Array(0x0102)]);
    expect([...bytes.subarray(0, 7)]).toEqual([0, 0, 0, 1, 7, 1, 2]);
    expect(bytes).toHaveLength(7 + 0x0102);
  });

  it('hold entries of up to 65,535 bytes', () => {
    const largest = new Uint8Array(65_535).fill(1);
    expect(decodeBundle(encodeBundle([largest]))[0]).toHaveLength(65_535);
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(RangeError);
  });

  it('come back as they went in', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 40 });
    fc.assert(
      fc.property(entries, (some) => {
        expect(decodeBundle(encodeBundle(some))).toEqual(some);
      }),
    );
  });

  it('are refused or read exactly, whatever the bytes', () => {
    const framed = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 6 }), fc.uint8Array({ maxLength: 6 })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(framed, (frames) => {
        const bytes = Uint8Array.from(frames.flatMap(([n, rest]) => [0, n, ...rest]));
        try {
          expect(Buffer.from(encodeBundle(decodeBundle(bytes)))).toEqual(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(LogFormatError);
        }
      }),
    );
  });

  it.each([[[0]], [[0, 1]], [[0, 1, 5, 0]], [[1, 0, 5]], [[0, 0, 9]]])('refuse %j', (bytes) => {
    expect(() => decodeBundle(Uint8Array.from(bytes))).toThrow(LogFormatError);
  });
});
