import type { Dashboard } from './dashboard.js';
import { ledgerAndProofs } from './ledger-and-proofs.js';
import { lotsAndGrades } from './lots-and-grades.js';
import { pipeline } from './pipeline.js';
import { plantNow } from './plant-now.js';
import { slo } from './slo.js';
import { stations } from './stations.js';

/** Every dashboard; one module each. */
export const DASHBOARDS: readonly Dashboard[] = [
  plantNow,
  lotsAndGrades,
  ledgerAndProofs,
  pipeline,
  stations,
  slo,
];
