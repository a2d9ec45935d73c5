import type { RunningLine } from '../running-line.js';
import type { Drill } from './drill-case.js';

function signal(line: RunningLine, name: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  const pid = line.pids().get('ledger');
  if (pid === undefined) throw new Error('the ledger does not run');
  process.kill(pid, name);
  return Promise.resolve();
}

export const stoppedLedger: Drill = {
  name: 'stopped-ledger',
  alert: 'LedgerStopped',
  also: ['TargetDown', 'CheckpointStale', 'DeliveryBudgetBurning'],
  what: 'the ledger is frozen in mid-work, while the plant goes on',
  remedy: 'it is woken up, joins its group again and books what has waited',
  rate: 200,
  hurry: [
    [
      'urbanmine_log_commit_timestamp_seconds) > 60',
      'urbanmine_log_commit_timestamp_seconds) > 10',
    ],
  ],
  provoke: (line) => signal(line, 'SIGSTOP'),
  remedyIt: (line) => signal(line, 'SIGCONT'),
};
