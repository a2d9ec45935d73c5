import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PAGES, commandBlocks } from '../pages.js';

const specs = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join('test', name), 'utf8'));

/** `npm start` and `npm test` are what runs the specs. */
const isOfNpm = (text: string): boolean => /^npm (start|test)$/.test(text.trim());

describe('the commands of a page', () => {
  it.each(PAGES)('%s: each says whether a spec runs it or it needs values of your own', (page) => {
    const blocks = commandBlocks(page).filter(({ text }) => !isOfNpm(text));
    expect(blocks.filter(({ tag }) => tag !== 'run' && tag !== 'own')).toEqual([]);
    // Whoever runs them names the page.
    if (blocks.some(({ tag }) => tag === 'run')) {
      expect(specs.some((text) => text.includes(page))).toBe(true);
    }
  });
});
