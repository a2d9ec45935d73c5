import { badRecord } from './bad-record.js';
import { battery } from './battery.js';
import { biasedScale } from './biased-scale.js';
import { brokenBooks } from './broken-books.js';
import { brokerGone } from './broker-gone.js';
import { databaseGone } from './database-gone.js';
import type { Drill } from './drill-case.js';
import { driftingSensor } from './drifting-sensor.js';
import { droppedRecord } from './dropped-record.js';
import { expiredCalibration } from './expired-calibration.js';
import { failedSeal } from './failed-seal.js';
import { fullDisk } from './full-disk.js';
import { growingLag } from './growing-lag.js';
import { hazard } from './hazard.js';
import { lostGuard } from './lost-guard.js';
import { shiftedBridge } from './shifted-bridge.js';
import { slowDelivery } from './slow-delivery.js';
import { stationSilent } from './station-silent.js';
import { stoppedLedger } from './stopped-ledger.js';
import { stoppedPartition } from './stopped-partition.js';
import { targetDown } from './target-down.js';

/** Every drill; one module each. */
export const DRILLS: readonly Drill[] = [
  badRecord,
  battery,
  biasedScale,
  brokenBooks,
  brokerGone,
  databaseGone,
  driftingSensor,
  droppedRecord,
  expiredCalibration,
  failedSeal,
  fullDisk,
  growingLag,
  hazard,
  lostGuard,
  shiftedBridge,
  slowDelivery,
  stationSilent,
  stoppedLedger,
  stoppedPartition,
  targetDown,
];
