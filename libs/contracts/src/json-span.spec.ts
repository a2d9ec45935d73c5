import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { duplicateMember, elementSpans, memberSpans } from './json-span.js';

const find = (text: string): string | undefined =>
  duplicateMember(Buffer.from(text), JSON.parse(text));

describe('duplicateMember', () => {
  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"x":{"a":[{"b":1,"b":2}]}}', 'b'],
    [' [ {"q":"1:2"} , { "k" : null, "z":0, "k" : 2 } ]', 'k'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"a":"x","a":"y","t":"\\u003a"}', 'a'],
    ['{"a":1,"__proto__":2,"__proto__":3}', '__proto__'],
  ])('finds the member that stands twice in %s', (text, name) => {
    expect(find(text)).toBe(name);
  });

  it('finds none where names differ or stand in different objects', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        // fc.json writes through JSON.stringify, which never writes a name twice.
        expect(find(text)).toBeUndefined();
      }),
    );
    expect(find('{"a":{"a":[1,{"a":":"}]},"b":"{\\"b\\":1}"}')).toBeUndefined();
  });
});

it.each([33, 100_000])('refuses %i levels, which no walk by recursion would survive', (depth) => {
  const value = '['.repeat(depth) + ']'.repeat(depth);
  expect(() => memberSpans(Buffer.from(`{"a":${value}}`))).toThrow(/nested deeper than 32/);
  expect(() => elementSpans(Buffer.from(`[${value}]`))).toThrow(/nested deeper than 32/);
});

it('takes 32 levels', () => {
  const value = '['.repeat(32) + ']'.repeat(32);
  expect(memberSpans(Buffer.from(`{"a":${value}}`)).get('a')).toEqual({ start: 5, end: 69 });
});
