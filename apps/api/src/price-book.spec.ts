import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { EXAMPLE_PRICES } from '#materials';
import { ConfigError } from '#process';
import { readApiConfig } from './api.config.js';
import { readPriceBook } from './price-book.js';

const dir = mkdtempSync(join(tmpdir(), 'prices-'));
const file = join(dir, 'prices.json');

afterAll(() => {
  rmSync(dir, { recursive: true });
});

it('is illustrative where nobody brings one', () => {
  expect(readPriceBook(undefined)).toBe(EXAMPLE_PRICES);
});

it('is the one of the variable PRICE_BOOK_FILE', () => {
  writeFileSync(file, JSON.stringify({ ...EXAMPLE_PRICES, book: 'prices-yard', version: 7 }));
  const config = readApiConfig({
    DATABASE_URL: 'postgres://localhost/urbanmine',
    PRICE_BOOK_FILE: file,
  });
  expect(config.prices).toMatchObject({ book: 'prices-yard', version: 7 });
});

it('is refused with every problem, and the file that has them', () => {
  writeFileSync(file, JSON.stringify({ ...EXAMPLE_PRICES, version: 0, currency: 'dollars' }));
  expect(() => readPriceBook(file)).toThrow(ConfigError);
  expect(() => readPriceBook(file)).toThrow(
    /PRICE_BOOK_FILE: .*prices\.json [^]*version[^]*currency/,
  );
  writeFileSync(file, '{');
  expect(() => readPriceBook(file)).toThrow(/PRICE_BOOK_FILE: .* is no book of prices/);
  expect(() => readPriceBook(join(dir, 'none.json'))).toThrow(/no such file/);
});
