import { describe, expect, it } from '@jest/globals';
import { BOOKS, EXAMPLE_PRICES } from '#materials';
import { EVENTS } from '#contracts';
import { adoptionsLeft, bookAdoptions } from './adopt-books.js';

const all = bookAdoptions();
const inForce = new Map(all.map((one) => [one.name, one]));

describe('books to adopt', () => {
  it('are all of this version, each as an event that the contract accepts', () => {
    expect(all).toHaveLength(BOOKS.length);
    expect(new Set(all.map(({ reference }) => reference))).toEqual(
      new Set(['book', 'recipe', 'prices']),
    );
    for (const one of all) {
      expect(EVENTS.referenceAdopted.schema.safeParse(one)).toMatchObject({ success: true });
    }
  });

  it('are the prices of the installation, too, where it has its own', () => {
    const own = { ...EXAMPLE_PRICES, book: 'prices-yard', version: 3 };
    expect(bookAdoptions(own).slice(0, -1)).toEqual(all);
    const last = bookAdoptions(own).at(-1);
    expect(last).toMatchObject({ reference: 'prices', name: 'prices-yard', version: 3 });
    expect(EVENTS.referenceAdopted.schema.safeParse(last)).toMatchObject({ success: true });
  });

  it('are none where all are in force', () => {
    expect(adoptionsLeft(all, new Map())).toEqual(all);
    expect(adoptionsLeft(all, inForce)).toEqual([]);
  });

  it('are those with a newer version or another digest, and never an older version', () => {
    const [first] = all;
    const known = (change: object) => new Map([[first!.name, { ...first!, ...change }]]);
    expect(adoptionsLeft([first!], known({ version: first!.version - 1 }))).toEqual([first]);
    expect(adoptionsLeft([first!], known({ digest: '00'.repeat(32) }))).toEqual([first]);
    const newer = { version: first!.version + 1, digest: '00'.repeat(32) };
    expect(adoptionsLeft([first!], known(newer))).toEqual([]);
  });
});
