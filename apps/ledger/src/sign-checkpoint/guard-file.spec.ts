import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GuardFile } from './guard-file.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urbanmine-guard-'));
  path = join(folder, 'guard.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const head = (size: number) => ({ size, root: new Uint8Array(32).fill(size) });

describe('the guard file', () => {
  it('remembers the last head of each site across restarts', () => {
    const guard = new GuardFile(path);
    expect(guard.last('north')).toBeNull();
    guard.remember(new Map([['north', head(1)]]));
    guard.remember(
      new Map([
        ['north', head(2)],
        ['south', head(9)],
      ]),
    );
    guard.close();
    const again = new GuardFile(path);
    expect(again.last('north')).toEqual(head(2));
    expect(again.last('south')).toEqual(head(9));
    again.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('passes over a last line that a power cut has torn', () => {
    const guard = new GuardFile(path);
    guard.remember(new Map([['north', head(1)]]));
    guard.close();
    appendFileSync(path, '{"siteId":"north","si');
    const again = new GuardFile(path);
    again.remember(new Map([['north', head(3)]]));
    again.close();
    expect(new GuardFile(path).last('north')).toEqual(head(3));
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2);
  });

  it('says where it is damaged rather than forget', () => {
    writeFileSync(path, 'nonsense\n{"siteId":"north","size":1,"root":""}\n');
    expect(() => new GuardFile(path)).toThrow(`${path}:1`);
  });

  it('stays small', () => {
    const guard = new GuardFile(path);
    const many = new Map(Array.from({ length: 1000 }, (_, i) => [`site-${i}`, head(i % 200)]));
    for (let round = 0; round < 60; round++) guard.remember(many);
    guard.close();
    expect(statSync(path).size).toBeLessThan(4_100_000);
    expect(new GuardFile(path).last('site-7')).toEqual(head(7));
  });
});
