export { LogFormatError, LogVerificationError } from './errors.js';
export { decodeBase64, encodeBase64, equalBytes } from './bytes.js';
export { EMPTY_ROOT, HASH_BYTES, leafHash, nodeHash, rootOf } from './tree.js';
export {
  decodeFrontier,
  emptyFrontier,
  encodeFrontier,
  frontierRoot,
  integrate,
  type Frontier,
  type Integration,
  type TileDelta,
} from './frontier.js';
export {
  MAX_ENTRY_BYTES,
  TILE_HEIGHT,
  TILE_WIDTH,
  decodeBundle,
  encodeBundle,
  entriesPath,
  parseTilePath,
  partialWidth,
  tilePath,
  tileWidth,
  tilesOfSize,
  type ParsedTilePath,
  type TileRef,
} from './tiles.js';
export {
  authenticatedReader,
  consistencyProof,
  frontierFromTiles,
  inclusionProof,
  tilesForAuthentication,
  tilesForConsistency,
  tilesForFrontier,
  tilesForInclusion,
  type TileReader,
} from './proofs.js';
export { MemoryTiles } from './memory-tiles.js';
export {
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
} from './verification.js';
export {
  appendSignatures,
  formatSignatureLine,
  isKeyName,
  openNote,
  parseNote,
  signNote,
  type NoteSignature,
  type OpenedNote,
  type ParsedNote,
  type Signer,
  type Verifier,
} from './note.js';
export {
  SIGNATURE_TYPE,
  ed25519Signer,
  ed25519Verifier,
  formatVkey,
  generateKey,
  keyId,
  keyPair,
  parseSkey,
  parseVkey,
  type GeneratedKey,
  type Skey,
  type Vkey,
} from './keys.js';
export {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  type Checkpoint,
  type OpenedCheckpoint,
  type ParsedCheckpoint,
} from './checkpoint.js';
export {
  cosign,
  cosignatureVerifier,
  ed25519Cosigner,
  verifyCosignature,
  type Cosigner,
} from './cosignature.js';
export { formatProof, parseProof, verifyProof, type ProofFile } from './proof-file.js';
export { whenVerified } from '#tlog-hash';
