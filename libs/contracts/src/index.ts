export {
  ATTRIBUTES_BYTES_MAX,
  CLASSIFICATION_BYTES_MAX,
  DATA_BYTES_MAX,
  ENTRY_BYTES_MAX,
  ENTRY_MODES,
  EVENT_TIME,
  EVENT_TYPE,
  FRAME_DATA_BYTES_MAX,
  OWN_SOURCE,
  SITE_ID,
  SITE_SCOPED_ID,
  SPEAKER_SOURCE,
  STATION_SOURCE,
  type EntryMode,
  type EventAttributes,
  type EventEnvelope,
  assertAttributes,
  attributeBlock,
  attributeProblems,
  eventId,
  siteOf,
} from './attributes.js';
export { type AsyncApi, asyncApi } from './asyncapi.js';
export { exampleAttributes } from './asyncapi-headers.js';
export {
  EVENTS,
  FACTS,
  type DataOf,
  type DefinitionKey,
  type TypedData,
  decodeBody,
  definitionOf,
  maySend,
  trustBody,
} from './catalogue.js';
export {
  INGEST_TIME_HEADER,
  RECORD_TIME_HEADER,
  type RecordHeaders,
  type StructuredEvent,
  decodeHeaders,
  decodeStructured,
  encodeHeaders,
  parseJson,
} from './cloud-event.js';
export { type ConversionFactor, conversionDigest } from './conversion-factors.js';
export { type Opening, SALT_BYTES, commitmentOf, isOpenedBy } from './commitments.js';
export type { EventDefinition, Owner, Speaker, SubjectKind } from './define-event.js';
export {
  InvariantError,
  PoisonError,
  REJECT_REASONS,
  type RejectReason,
  RetriableError,
  invariant,
} from './errors.js';
export { EXCEPTION_CODES, type ExceptionCode } from './facts/exception-raised.js';
export { type ClaimMethod, CLAIM_METHODS } from './events/claim-requested.js';
export { type ClaimModel, CLAIM_MODELS } from './facts/claim-issued.js';
export type { ClaimRefusal } from './facts/claim-refused.js';
export type { Classification } from './events/pieces-classified.js';
export {
  OUTLET_ROLES,
  type OutletRole,
  RUN_PROCESSES,
  type RunProcess,
} from './events/run-started.js';
export { ANALYTE, FRAME_PIECES_MAX } from './events/frame-limits.js';
export type { PieceFrame } from './events/pieces-scanned.js';
export {
  CUSTODY_MODELS,
  type CustodyModel,
  LOSS_ACCOUNTS,
  LOT_ORIGINS,
  LOT_STATES,
  type LossAccount,
  type LotOrigin,
  type LotStatus,
  MATERIAL_STREAMS,
  type MaterialStream,
} from './fields.js';
export { type JsonSchema, dataSchema, dataSchemaUri } from './json-schema.js';
export { type Span, duplicateMember, elementSpans, isOneObject, memberSpans } from './json-span.js';
export { decodeEntry, encodeEntry } from './log-entry.js';
export {
  type LotStateValue,
  type TotalStateValue,
  lotState,
  totalState,
} from './published-state.js';
export { schemaChangeProblems } from './schema-change.js';
export {
  type EventDigests,
  SEAL_CHAIN_START,
  type SealStatement,
  digestsOf,
  extendSealChain,
  keyChangeText,
  sealText,
  sha256,
  verifyKeyChange,
  verifySeal,
} from './seal-chain.js';
export {
  STATION_KINDS,
  type SiteRegistry,
  type StationEntry,
  type StationKind,
  encodeRegistry,
  isEnrollable,
  registryDigest,
  siteRegistrySchema,
} from './sites.js';
export { isPublicKey, isSignedBy } from './signatures.js';
export { subjectMember, subjectOf } from './subject.js';
export {
  DEAD_LETTER_HEADERS,
  INGRESS_SETTINGS,
  SITE_PARTITIONS,
  TOPICS,
  type TopicDefinition,
  type TopicName,
  ingressSource,
  ingressTopic,
  topicName,
} from './topics.js';
export {
  type TraceContext,
  goodTraceparent,
  readTraceparent,
  traceparentOf,
} from './trace-context.js';
export {
  CBV_DISPOSITIONS,
  CBV_STEPS,
  type CbvDisposition,
  type CbvStep,
  type EpcisTerms,
  URI_BASE,
  VOCABULARY,
  VOCABULARY_URI,
  type VocabularyTerm,
  dispositionUri,
  stepUri,
} from './vocabulary.js';
