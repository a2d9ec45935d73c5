import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { urbanmine } from '#local';
import { signedSize } from '../line-reading.js';
import { until } from '../running-line.js';
import type { Drill } from './drill-case.js';

export const lostGuard: Drill = {
  name: 'lost-guard',
  alerts: ['SignerRefusing', 'CheckpointStale'],
  what: 'the ledger comes up without the guard of what it has signed, while the plant goes on',
  remedy: 'urbanmine signer adopt: somebody takes the log as it is',
  rate: 200,
  hurry: [
    ['seconds:min <= 30\n        for: 30s', 'seconds:min <= 5\n        for: 5s'],
    [
      'sum by (reason) (urbanmine_ledger_unsigned_sites) > 0\n        for: 30s',
      'sum by (reason) (urbanmine_ledger_unsigned_sites) > 0\n        for: 5s',
    ],
  ],
  async provoke(line) {
    await until('a signed log', 30_000, async () =>
      (await signedSize(line, 'north')) > 0 ? true : undefined,
    );
    await line.stopService('ledger');
    rmSync(join(line.dataDir, 'ledger', 'guard.jsonl'));
    await line.restartService('ledger');
  },
  async remedyIt(line) {
    await urbanmine(line.root, ['signer', 'adopt', '--site', 'north', '--data', line.dataDir]);
  },
};
