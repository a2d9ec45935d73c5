import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RequestKeys } from './request-keys.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const kept = (key: string, seq: number, boot = 9): Parameters<RequestKeys['remember']>[0] => ({
  key,
  digest: 'd',
  boot,
  seq,
});

/** Opens, uses and closes, as a process does. */
function during<T>(last: { boot: number; seq: number }, use: (keys: RequestKeys) => T): T {
  const keys = new RequestKeys(dir, last);
  try {
    return use(keys);
  } finally {
    keys.close();
  }
}

describe('keys of requests', () => {
  it('are known after a restart', () => {
    during({ boot: 9, seq: 0 }, (keys) => {
      keys.remember(kept('a', 1));
    });
    expect(during({ boot: 9, seq: 1 }, (keys) => keys.find('a'))).toEqual(kept('a', 1));
    expect(during({ boot: 10, seq: 1 }, (keys) => keys.find('a'))).toEqual(kept('a', 1));
  });

  it('are forgotten when the event never came to the spool', () => {
    during({ boot: 9, seq: 4 }, (keys) => {
      keys.remember(kept('a', 5));
    });
    expect(during({ boot: 9, seq: 4 }, (keys) => keys.find('a'))).toBeUndefined();
    // The seq belongs to another event now.
    expect(during({ boot: 9, seq: 5 }, (keys) => keys.find('a'))).toBeUndefined();
  });

  it('are forgotten when the event was refused, and may be used again', () => {
    during({ boot: 9, seq: 0 }, (keys) => {
      keys.remember(kept('a', 1));
      keys.forget(kept('a', 1));
      expect(keys.find('a')).toBeUndefined();
      keys.remember(kept('a', 2));
    });
    expect(during({ boot: 9, seq: 2 }, (keys) => keys.find('a'))).toEqual(kept('a', 2));
  });

  it('survive a torn last line', () => {
    during({ boot: 9, seq: 0 }, (keys) => {
      keys.remember(kept('a', 1));
    });
    appendFileSync(join(dir, 'request-keys.ndjson'), '{"key":"b","di');
    expect(during({ boot: 9, seq: 1 }, (keys) => keys.find('a'))).toEqual(kept('a', 1));
  });
});
