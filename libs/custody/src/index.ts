export {
  type ParsedAccount,
  WORLD_IN,
  WORLD_OUT,
  estimatedLot,
  estimatedOutlet,
  estimatedRun,
  loss,
  lotVariance,
  parseAccount,
  transformation,
  transit,
  transitVariance,
  unaccounted,
  weighedLot,
  weighedOutlet,
  weighedRun,
} from './accounts.js';
export { type Custody, type Share } from './custody-models.js';
export { originalOf } from './corrections.js';
export type { DeviceRow } from './device-rows.js';
export { type BatteryShare, batteryShares } from './battery-shares.js';
export { decodeRecord } from './decode-record.js';
export { type ElementAccounts, elementAccounts } from './element-accounts.js';
export { hasContents } from './element-contents.js';
export { type ComparedOutlet, MASS_SKEW, comparedOutlets } from './estimates.js';
export { factSource } from './facts.js';
export { fold } from './fold.js';
export { assayedShares, compositionOf, richestOf } from './composition.js';
export { gradingOf } from './grading.js';
export { BASES, type Basis, type Holding, type Tally, tallyOf } from './holdings.js';
export {
  BLOCKS_KEPT,
  BLOCK_SEQS,
  type EstimateLimits,
  RULES,
  type RuleVersions,
  rulesDigest,
} from './limits.js';
export type { YardStates } from './lot-flows.js';
export type { Contribution } from './lot-model.js';
export { isClosed } from './lot-states.js';
export { missing } from './missing.js';
export {
  type AccountKey,
  type BootState,
  type DigestBlock,
  type ExceptionState,
  type Fact,
  type FoldCounts,
  type FoldResult,
  type LotState,
  type Missing,
  type ParkedRecord,
  type Posting,
  type PostingCode,
  type RunState,
  type SeqRange,
  type ShipmentState,
  type SiteState,
  type Stream,
  type StreamRecord,
  type TotalState,
  type Turnover,
  type VisitState,
  type WorkingSet,
} from './model.js';
export type {
  ClaimState,
  ClosedPeriod,
  CorrectionState,
  CreditState,
  ExceptionNote,
} from './office-model.js';
export { balancesRoot } from './balances-root.js';
export { creditKey } from './credits.js';
export { POSTING_CODES } from './posting-codes.js';
export { lotValue, totalValue } from './published.js';
export type { Notice } from './shipment-model.js';
export { REPLAY_CLASSES, Replay, type ReplayEntry, type ReplayFinding } from './replay.js';
export { lotClasses } from './lot-classes.js';
export type { OutletClasses } from './run-classes.js';
export { type RunFigures, runFigures } from './run-figures.js';
export { type TakenAmount, processFigures, processOf } from './run-process.js';
export type { ScaleWatch } from './scale-model.js';
export type { SensorWatch } from './sensor-model.js';
export { decodeState, encodeState } from './state-codec.js';
export {
  NO_CATEGORY,
  type WeeeAccounts,
  deviceCounts,
  weeeAccounts,
  weeeMg,
} from './weee-accounts.js';
export {
  blockKey,
  bootKey,
  openBoot,
  openSite,
  openWorkingSet,
  parkedKey,
  totalKey,
} from './working-set.js';
