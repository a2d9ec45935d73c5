import type { Buffer } from 'node:buffer';
import type { EventAttributes, LossAccount } from '#contracts';
import type { Turnover } from './turnover.js';

/** A shipment of this site, or of another that it received a load of. */
export interface ShipmentState {
  readonly shipmentId: string;
  /** Null until its dispatch is booked here; of another site's shipment always. */
  consignee: string | null;
  /** The site of ours that alone can receive it. Absent = not named. */
  consigneeSite?: string;
  lines: { lotId: string; massMg: bigint }[];
  /** The visit that it left with. Absent = not named. */
  visitId?: string;
  logIndex: number;
  /** What the consignee does with it, as the dispatch says. Absent = not known. */
  treatment?: { readonly operation: string; readonly recovers: readonly string[] };
  /** What the recoverer stated it got out of it. Absent = nothing yet. */
  recovered?: Recovery[];
  /** It was more than what was sent; once is enough. */
  recoveryNoted?: true;
  /** Absent in states that are older than receipts. */
  transfer?: TransferState;
}

/** A statement of a recoverer, by the entry that says it. */
export interface Recovery {
  readonly logIndex: number;
  readonly statementId: string;
  readonly process: string;
  readonly elements: readonly {
    readonly element: string;
    readonly massMg: bigint;
    readonly uncertaintyMg: bigint;
    readonly basis: 'measured' | 'declared';
  }[];
}

/** What became of a shipment on its way (reference, ledger 4.1: pending, then posted). */
export interface TransferState {
  /** Account `W:transit:<shipmentId>`: pending. Never below zero. */
  transit: Turnover;
  /** Account `W:transit-variance:<shipmentId>`. */
  variance: Turnover;
  /** Of every weighing at both ends, mg². */
  uncertaintyMg2: bigint;
  /** Of what consignees weighed alone, mg². Absent = 0. */
  receivedMg2?: bigint;
  /** Both ends were compared for the watch of the scale. Absent = no. */
  isWatched?: true;
  acceptedMg: bigint;
  deductedMg: bigint;
  returnedMg: bigint;
  /** Ids of the receipts and returns that are booked. */
  receiptIds: string[];
  returnIds: string[];
  /** Receipts of a shipment whose dispatch has not come: they are booked with it. */
  waiting: Receipt[];
  /** Somebody said that nothing more of it comes: what is left is the transit variance. */
  complete: boolean;
  /** Of the exception that says the shipment is unknown. */
  unknownExceptionId: string | null;
  /** Of the exception that says the two ends differ. */
  differenceExceptionId: string | null;
}

/** A load as the sender's books see it, whoever said so. */
export interface Receipt {
  readonly receiptId: string;
  /** Site whose ledger says so; null: the sender's own office, for a mill. */
  readonly by: string | null;
  readonly acceptedMg: bigint;
  readonly uncertaintyMg: bigint;
  readonly deductions: readonly { readonly account: LossAccount; readonly massMg: bigint }[];
  readonly remainder: 'none' | 'to-follow' | 'sent-back';
}

/** A `transfer.notified` that the ledger of another site is to be told. */
export interface Notice {
  readonly destination: string;
  /** Per destination: 1, 2, 3 … */
  readonly seq: number;
  readonly attributes: EventAttributes;
  readonly data: Buffer;
}
