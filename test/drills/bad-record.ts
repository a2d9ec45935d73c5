import { writeGarbage } from './beside-the-gateway.js';
import type { Drill } from './drill-case.js';

export const badRecord: Drill = {
  name: 'bad-record',
  alerts: ['RecordsRejected'],
  what: 'somebody writes a record that is no event into station-events, beside the gateway',
  remedy: 'the record is a dead letter and marked in the stream; nothing more comes',
  hurry: [
    [
      'increase(urbanmine_classifier_rejects_total[10m])',
      'increase(urbanmine_classifier_rejects_total[30s])',
    ],
    [
      'increase(urbanmine_ledger_records_total{outcome="dead-letter"}[10m])',
      'increase(urbanmine_ledger_records_total{outcome="dead-letter"}[30s])',
    ],
  ],
  provoke: (line) => writeGarbage(line, 1),
  remedyIt: () => Promise.resolve(),
};
