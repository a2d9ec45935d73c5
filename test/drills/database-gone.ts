import type { Drill } from './drill-case.js';

export const databaseGone: Drill = {
  name: 'database-gone',
  alerts: ['LedgerStopped'],
  also: ['DeliveryBudgetBurning'],
  what: 'PostgreSQL is killed and stays away; stations go on handing over',
  remedy: 'it is started on its data, and the ledger books what has waited',
  rate: 200,
  hurry: [
    [
      'unless sum(rate(urbanmine_kafka_records_total{app="ledger"}[1m])) > 0',
      'unless sum(rate(urbanmine_kafka_records_total{app="ledger"}[10s])) > 0',
    ],
    [
      'urbanmine_log_commit_timestamp_seconds) > 60\n          )\n        for: 1m',
      'urbanmine_log_commit_timestamp_seconds) > 60\n          )\n        for: 5s',
    ],
  ],
  provoke: ({ servers }) => servers.postgres.kill9(),
  remedyIt: ({ servers }) => servers.postgres.restart(),
};
