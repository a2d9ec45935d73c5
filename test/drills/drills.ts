import { biasedScale } from './biased-scale.js';
import type { Drill } from './drill-case.js';
import { hazard } from './hazard.js';
import { stationSilent } from './station-silent.js';
import { stoppedLedger } from './stopped-ledger.js';

/** Every drill; one module each. */
export const DRILLS: readonly Drill[] = [biasedScale, hazard, stationSilent, stoppedLedger];
