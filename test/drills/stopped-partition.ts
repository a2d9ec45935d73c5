import { writeGarbage } from './beside-the-gateway.js';
import type { Drill } from './drill-case.js';

/** Of the newest 1,000 records of a partition 20 are rejected at most when they are half of it. */
const ENOUGH = 25;

export const stoppedPartition: Drill = {
  name: 'stopped-partition',
  alerts: ['PartitionStopped'],
  what: `${ENOUGH} records in a row are no events, and the classifier stops instead of rejecting all`,
  remedy: 'whoever wrote them is stopped, and the classifier is started again',
  hurry: [],
  provoke: (line) => writeGarbage(line, ENOUGH),
  remedyIt: (line) => line.restartService('classifier'),
};
