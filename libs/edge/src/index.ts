export { type Concealed, conceal, reveal } from './confidential.js';
export { JweError, createEncryptionKey, encryptTo } from './jwe.js';
export { SpoolInUseError } from './directory-lock.js';
export {
  type LineStations,
  MODEL_ACCOUNTS,
  MODEL_LINES,
  type ModelLine,
  type ModelSite,
  lineStations,
  modelSite,
  plantSites,
  registryOf,
} from './model-site.js';
export type { InputMark } from './segment-record.js';
export { type Spool, openSpool } from './spool.js';
export { spoolExists } from './spool-files.js';
export type { EventMark, NewEvent, SpoolOptions, SpoolStats } from './spool-options.js';
export type { SpooledEvent } from './spool-replay.js';
export {
  type StationIdentity,
  type StationPlan,
  createStationIdentity,
  keepIdentities,
  loadPrivateKey,
  rawPublicKey,
  readTokens,
  tokenSha256,
} from './station-identity.js';
export { type BootPosition, type StationPosition, parsePosition } from './station-position.js';
export { type StructuredLine, structuredLine } from './structured-line.js';
export {
  type UploadStats,
  type Uploader,
  type UploaderOptions,
  createUploader,
  fetchPosition,
} from './uploader.js';
