import { BadRequestException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { decodeCursor, encodeCursor, toPage } from './cursor.js';
import { parseQuery } from './query.js';

const KEY = z.tuple([z.iso.datetime(), z.string()]);
const key = ['2026-11-24T08:00:00.000Z', 'north.lot-1'] as const;

describe('a cursor', () => {
  it('gives back its key, and nothing when there is none', () => {
    expect(decodeCursor(encodeCursor('lots', key), 'lots', KEY)).toEqual(key);
    expect(decodeCursor(undefined, 'lots', KEY)).toBeNull();
  });

  it.each([
    ['of another order', encodeCursor('runs', key)],
    ['of another shape', encodeCursor('lots', [1, 2])],
    ['not JSON', 'AAAA'],
    ['empty', ''],
    ['JSON of something else', Buffer.from('{"a":1}').toString('base64url')],
  ])('%s is refused with what to do', (_case, cursor) => {
    const decode = (): unknown => decodeCursor(cursor, 'lots', KEY);
    expect(decode).toThrow(BadRequestException);
    expect(decode).toThrow('leave it out to begin at the first page');
  });
});

describe('a page', () => {
  const cursorOf = (last: number): string => `after-${last}`;

  it('ends without a cursor when nothing comes after it', () => {
    expect(toPage([1, 2], 2, cursorOf)).toEqual({ items: [1, 2], next: null });
    expect(toPage([], 2, cursorOf)).toEqual({ items: [], next: null });
  });

  it('leaves the one more that was asked for to the next page', () => {
    expect(toPage([1, 2, 3], 2, cursorOf)).toEqual({ items: [1, 2], next: 'after-2' });
  });
});

describe('query parameters', () => {
  const schema = z.strictObject({
    state: z.enum(['open']).optional(),
    site: z.string().optional(),
  });

  it('are refused with every problem and the parameters that there are', () => {
    const parse = (): unknown => parseQuery(schema, { state: 'shut', sight: 'north' });
    expect(parse).toThrow(BadRequestException);
    expect(parse).toThrow(/state: .*open.*sight.*Parameters here: state, site/);
  });
});
