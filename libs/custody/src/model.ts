import type {
  AdoptedBook,
  ClosedPeriod,
  CorrectionState,
  CreditState,
  ClaimState,
  ExceptionState,
  OfficeSet,
  SitePolicy,
} from './office-model.js';
import type { DataOf, EventAttributes, LotOrigin, LotStatus, SiteRegistry } from '#contracts';
import type { BootState, DigestBlock, ParkedRecord } from './boot-model.js';
import type { RunState, Stream } from './run-model.js';
import type { KeptOpening } from './opening-model.js';
import type { LotCustody, LotJudged } from './lot-model.js';
import type { Placements, SensorReadings, WithReadings } from './reading-model.js';
import type { Notice, ShipmentState } from './shipment-model.js';
import type { PostingCode } from './posting-codes.js';
import type { ScaleWatch } from './scale-model.js';
import type { SensorWatch } from './sensor-model.js';
import type { AccountKey, Turnover } from './turnover.js';
import type { VisitState } from './visit-model.js';

export type {
  BootState,
  ChainWalk,
  DigestBlock,
  Link,
  OpenSeal,
  ParkedRecord,
  SealChain,
  SeqRange,
} from './boot-model.js';
export type { ExceptionState } from './office-model.js';
export type { PostingCode } from './posting-codes.js';
export type { RunState, Stream } from './run-model.js';
export type { ShipmentState } from './shipment-model.js';
export type { VisitState } from './visit-model.js';
export type { StreamRecord } from './stream-record.js';
export type { AccountKey, Turnover } from './turnover.js';

/**
 * The ledger's state as the pure rules see it. The shell loads what `missing` names, calls `fold`,
 * and saves what the result says has changed, all in one transaction. Masses are bigint mg.
 */

export interface SiteState {
  readonly siteId: string;
  /** Entries in the log = next log index. */
  treeSize: number;
  /** Seq of the last fact. */
  factSeq: number;
  /** Largest ingest time seen. */
  streamTimeMs: number;
  /** Version in force; null before the first `reference.adopted`. */
  registry: SiteRegistry | null;
  registryDigest: string | null;
  /** What the office has put in force. */
  policy: SitePolicy;
  /** By scale, ascending; of none that was never compared. */
  scales: readonly ScaleWatch[];
  /** By station, model, calibration and analyte, ascending; of none that was never held against an assay. */
  sensors: readonly SensorWatch[];
}

export interface LotState extends LotCustody, LotJudged, WithReadings<SensorReadings> {
  readonly lotId: string;
  status: LotStatus;
  origin: LotOrigin;
  stream: Stream;
  /** Declared grade or target class; part of the key of totals. */
  materialClass: string;
  visitId: string | null;
  runId: string | null;
  ewc: string | null;
  originText: string | null;
  /** Account `W:lot:<lotId>`. */
  weighed: Turnover;
  /** Account `W:variance:<lotId>`. */
  variance: Turnover;
  /** Sum of squares of the standard uncertainties of what came in and went out, mg². */
  uncertaintyMg2: bigint;
  /** Accounts `E:lot:<lotId>:<class>`. */
  estimated: Record<string, Turnover>;
  /** By class, each mass times its stated standard uncertainty, mg ppm. Absent = 0. */
  estimatedMgPpm?: Record<string, bigint>;
  pieces: bigint;
  receivedMg: bigint;
  dispatchedMg: bigint;
  /** What stands in `W:correction:<lotId>`, signed. Absent = never corrected. */
  correctionMg?: bigint;
  /** Entry of the ticket that delivered it. Absent: none, or one of before corrections were known. */
  deliveredIndex?: number;
  /** Input of it that counts for credits, and what corrections took back of that. Absent = 0. */
  creditedInputMg?: bigint;
  withdrawnInputMg?: bigint;
  assays: {
    assayId: string;
    logIndex: number;
    method: string;
    fractions: { analyte: string; ppm: number; uncertaintyPpm: number }[];
    /** Absent = it found none. */
    properties?: NonNullable<DataOf<'lotAssayed'>['properties']>;
  }[];
  /** How well it is known which pieces runs have put into it. Absent = nothing was read, or it is. */
  placement?: Placements;
  /** Analytes of which its assays were held against its readings, ascending. Absent = none. */
  anchors?: string[];
  /** What the supplier says is in it; null: states no uncertainty. Absent = says nothing. */
  declared?: { analyte: string; ppm: number; uncertaintyPpm: number | null }[];
  /** Of the exception that says the lot is unknown; closed when it is confirmed. */
  openExceptionId: string | null;
  /** Lots that it was made of, by run or in the yard, in order of first contribution. */
  parents: string[];
  openedIndex: number;
  changedIndex: number;
  openedTime: string;
}

export interface TotalState {
  readonly stream: Stream;
  readonly class: string;
  weighed: Turnover;
  estimated: Turnover;
  pieces: bigint;
  changedIndex: number;
}

/**
 * One debit, one credit, integer mg > 0, insert only. `code: 'scan'` is netted per fold call and
 * names the range of log indices it sums; every other posting has `toIndex = fromIndex + 1`.
 */
export interface Posting {
  readonly debit: AccountKey;
  readonly credit: AccountKey;
  readonly massMg: bigint;
  readonly code: PostingCode;
  readonly fromIndex: number;
  /** Exclusive. */
  readonly toIndex: number;
}

export interface Fact {
  readonly seq: number;
  /** Its own log index. */
  readonly logIndex: number;
  readonly attributes: EventAttributes;
  readonly data: Buffer;
}

/**
 * What the shell has loaded of one site. In the maps by id, `null` = looked up and not there,
 * absent = not looked up. The fold mutates it: after a failed transaction it MUST be thrown away.
 */
export interface WorkingSet {
  site: SiteState;
  /**
   * Key `<source> <boot>`; ALL boots of the site. A closed boot must be there too: only its
   * position tells a copy of an old record from one that nobody has seen.
   */
  boots: Map<string, BootState>;
  /** Key `<source> <boot> <seq>`; ALL of the site. */
  parked: Map<string, ParkedRecord>;
  lots: Map<string, LotState | null>;
  /** Always holds every run whose status is `closing`. */
  runs: Map<string, RunState | null>;
  visits: Map<string, VisitState | null>;
  shipments: Map<string, ShipmentState | null>;
  /** Key `<stream>/<class>`; ALL of the site. */
  totals: Map<string, TotalState>;
  /** Seq of the last notice by destination; ALL of the site. */
  noticeSeqs: Map<string, number>;
  /** Key `<source> <boot> <block>`; MAY be emptied between two folds. */
  digestBlocks: Map<string, Buffer | null>;
  /** Registry bodies by digest, at least those that the records adopt. */
  registries: Map<string, SiteRegistry>;
  office: OfficeSet;
}

/** Ids that must be looked up before `fold` may run; all empty = go. */
export interface Missing {
  readonly lots: readonly string[];
  readonly runs: readonly string[];
  readonly visits: readonly string[];
  readonly shipments: readonly string[];
  /** Keys of blocks of kept digests. */
  readonly digestBlocks: readonly string[];
  /** Digests of registries; if the database lacks one, the batch waits (RetriableError). */
  readonly registries: readonly string[];
  readonly claims: readonly string[];
  /** Lots of which all claims are wanted. */
  readonly claimedLots: readonly string[];
  readonly exceptions: readonly string[];
  /** Lots of which all descendants, and all claims on these, are wanted. */
  readonly lineages: readonly string[];
  /** Log indices of events that are corrected, as decimal text. */
  readonly originals: readonly string[];
  /** `<source> <boot>.<seq>` of events that may have been corrected before. */
  readonly corrections: readonly string[];
  /** The site itself when the balances of all its accounts are wanted. */
  readonly balances: readonly string[];
}

export interface FoldCounts {
  accepted: number;
  duplicates: number;
  /** Of the duplicates those that nothing kept could be compared with. */
  unverified: number;
  equivocations: number;
  parked: number;
  lateFills: number;
  gaps: number;
  rejected: number;
  facts: number;
  pieces: number;
}

/** Everything that one call of `fold` did to one site, in the order of its log. */
export interface FoldResult {
  readonly siteId: string;
  readonly firstIndex: number;
  /** Log entries from `firstIndex` on: records and facts. */
  readonly entries: readonly Buffer[];
  readonly facts: readonly Fact[];
  readonly notices: readonly Notice[];
  readonly openings: readonly KeptOpening[];
  readonly postings: readonly Posting[];
  /** Growth of both sides of every account touched. */
  readonly turnovers: ReadonlyMap<AccountKey, Turnover>;
  readonly changed: {
    readonly boots: readonly BootState[];
    readonly lots: readonly LotState[];
    readonly runs: readonly RunState[];
    readonly visits: readonly VisitState[];
    readonly shipments: readonly ShipmentState[];
    readonly totals: readonly TotalState[];
    readonly credits: readonly CreditState[];
    readonly claims: readonly ClaimState[];
    readonly corrections: readonly CorrectionState[];
  };
  readonly periodsClosed: readonly ClosedPeriod[];
  /** Blocks that were filled or changed, to be stored. */
  readonly digestBlocks: readonly DigestBlock[];
  readonly parkedAdded: readonly ParkedRecord[];
  readonly parkedRemoved: readonly { source: string; boot: number; seq: number }[];
  readonly exceptionsRaised: readonly ExceptionState[];
  readonly exceptionsClosed: readonly {
    readonly exceptionId: string;
    readonly reason: string;
    readonly logIndex: number;
  }[];
  readonly exceptionsAcknowledged: readonly {
    readonly exceptionId: string;
    /** Pseudonymous; null: nobody was named. */
    readonly actor: string | null;
    readonly logIndex: number;
  }[];
  /** Keys of the log that were adopted: SHA-256 of the vkey, and index of the entry. */
  readonly keysAdopted: readonly { readonly digest: string; readonly logIndex: number }[];
  readonly booksAdopted: readonly AdoptedBook[];
  readonly counts: FoldCounts;
}
