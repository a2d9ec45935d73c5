import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const FOLDER = join('docs', 'adr');
const pages = readdirSync(FOLDER).sort();
const numberOf = (page: string): number => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(page)?.[1]);

describe('the decision records', () => {
  it('have each a number of their own, for others name them by it', () => {
    const numbers = pages.map(numberOf);
    expect(
      pages.filter((page) => numbers.filter((n) => n === numberOf(page)).length !== 1),
    ).toEqual([]);
  });

  it.each(pages)('%s: its title has the number of its name', (page) => {
    const text = readFileSync(join(FOLDER, page), 'utf8');
    expect(text).toMatch(new RegExp(`^# ${numberOf(page)}\\. `));
  });
});
