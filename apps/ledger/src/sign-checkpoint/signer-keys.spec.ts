import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignerKeys } from './signer-keys.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'urbanmine-keys-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ORIGIN = 'spec.example/log';

describe('the keys of the signer', () => {
  it('are made on the first start, for their owner alone, and stay', () => {
    const file = join(folder, 'made/log-key.json');
    const { log, time } = new SignerKeys(file, ORIGIN).vkeys('north');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(new SignerKeys(file, ORIGIN).vkeys('north')).toEqual({ log, time });
    expect(log.startsWith(`${ORIGIN}/north+`)).toBe(true);
  });

  it('may come from the environment, and then no file is made', () => {
    const made = join(folder, 'made/log-key.json');
    const content = readFileSync(made, 'utf8');
    const none = join(folder, 'none.json');
    const keys = new SignerKeys(none, ORIGIN, content);
    expect(keys.vkeys('north')).toEqual(new SignerKeys(made, ORIGIN).vkeys('north'));
    expect(existsSync(none)).toBe(false);
  });

  it.each([
    ['no JSON', 'c2VjcmV0'],
    ['a key that is missing', '{"log":"c2VjcmV0"}'],
    ['a key that is too short', '{"log":"c2VjcmV0","time":"c2VjcmV0"}'],
  ])('are refused without being told: %s', (_what, content) => {
    const file = join(folder, 'bad.json');
    writeFileSync(file, content);
    for (const open of [
      () => new SignerKeys(file, ORIGIN),
      () => new SignerKeys(file, ORIGIN, content),
    ]) {
      expect(open).toThrow(/bad\.json|SIGNER_SEEDS/);
      expect(open).not.toThrow('c2VjcmV0');
    }
  });
});
