import type { Drill } from './drill-case.js';
import { freeze, wake } from './signals.js';

export const stoppedLedger: Drill = {
  name: 'stopped-ledger',
  alerts: ['LedgerStopped'],
  also: ['TargetDown', 'CheckpointStale', 'DeliveryBudgetBurning'],
  what: 'the ledger is frozen in mid-work, while the plant goes on',
  remedy: 'it is woken up, joins its group again and books what has waited',
  rate: 200,
  hurry: [
    [
      'urbanmine_log_commit_timestamp_seconds) > 60\n          )\n        for: 1m',
      'urbanmine_log_commit_timestamp_seconds) > 5\n          )\n        for: 5s',
    ],
  ],
  provoke: (line) => {
    freeze(line, 'ledger');
    return Promise.resolve();
  },
  remedyIt: (line) => {
    wake(line, 'ledger');
    return Promise.resolve();
  },
};
