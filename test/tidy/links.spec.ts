import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const pages = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  join('examples', 'README.md'),
  join('examples', 'downstream', 'README.md'),
];

describe('the pages', () => {
  it.each(pages)('%s: every link into the repository leads somewhere', (page) => {
    const text = readFileSync(page, 'utf8');
    const dead = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !existsSync(join(dirname(page), target)));
    expect(dead).toEqual([]);
  });

  it.each(pages)('%s: paths in backticks that name our folders exist', (page) => {
    const text = readFileSync(page, 'utf8');
    const dead = [...text.matchAll(/`((?:apps|libs|local|test|docs|examples|k8s)\/[\w./-]+)`/g)]
      .map((match) => match[1]!)
      .filter((target) => !existsSync(target));
    expect(dead).toEqual([]);
  });
});
