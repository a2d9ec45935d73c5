import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '');
const ours = files.filter((file) => /^(apps|libs|local|test)\//.test(file));

const BANNED = ['common', 'shared', 'utils', 'helpers', 'core', 'base', 'types', 'interfaces'];

describe('the house', () => {
  it('has no folder or file with a name that says nothing', () => {
    const parts = (file: string): string[] => [
      ...dirname(file).split('/'),
      basename(file).replace(/\..*$/, ''),
    ];
    expect(ours.filter((file) => parts(file).some((part) => BANNED.includes(part)))).toEqual([]);
  });

  it('is no deeper than apps/x/src/use-case/file', () => {
    const deep = ours.filter((file) => /^(apps|libs)\//.test(file) && file.split('/').length > 5);
    expect(deep).toEqual([]);
  });

  it('has no app with a barrel', () => {
    expect(ours.filter((file) => /^apps\/.*\/index\.ts$/.test(file))).toEqual([]);
  });

  it('leaves no note for later in code', () => {
    // Put together here, so that this file is not its own finding.
    const marks = new RegExp(['TO' + 'DO', 'FIX' + 'ME'].join('|'));
    const marked = ours
      .filter((file) => /\.(ts|mjs)$/.test(file))
      .filter((file) => marks.test(readFileSync(file, 'utf8')));
    expect(marked).toEqual([]);
  });
});
