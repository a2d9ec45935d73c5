import type { Dashboard } from './dashboard.js';
import { ledgerAndProofs } from './ledger-and-proofs.js';
import { pipeline } from './pipeline.js';
import { plantNow } from './plant-now.js';
import { stations } from './stations.js';

/** Every dashboard; one module each. */
export const DASHBOARDS: readonly Dashboard[] = [plantNow, ledgerAndProofs, pipeline, stations];
