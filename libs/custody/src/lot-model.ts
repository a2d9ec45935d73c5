import type { CustodyModel } from '#contracts';
import type { Custody } from './custody-models.js';

/** What the yard and the chain of custody know of a lot, beside its books. */
export interface LotCustody {
  /** Null while nothing is known of what the lot is made of. */
  custody: Custody | null;
  /** The model that whoever made the lot asks for; null: whatever its parents allow. */
  wantedModel: CustodyModel | null;
  /** Runs that the material went through: 0 as delivered, 1 after its first run. */
  pass: number;
  place: string | null;
  /** The newest that was measured. */
  moisture: {
    basis: 'wet' | 'dry';
    ppm: number;
    /** Absent = nobody stated it. */
    uncertaintyPpm?: number;
    logIndex: number;
  } | null;
  /** Kept when a quarantined lot is closed, so that it is known what was used or shipped. */
  quarantine: Quarantine | null;
  /** Where what arrives in a consumed lot goes on to. */
  successor: Successor | null;
  /** What events say that nothing of it is left: of these a dispatch may be taken back. Absent = none. */
  endings?: Ending[];
  /** Runs that have it as an outlet: their feeds are its parents too. Absent = none. */
  runs?: string[];
  /** Mass that came from each parent by yard operations; what runs did is in their feeds. */
  contributions: Contribution[];
}

interface Quarantine {
  reason: string;
  mandatory: boolean;
  /** Who set it apart, the newest last; none of them may ask for its release. */
  actors: string[];
  sinceIndex: number;
  /** That it was fed to a run since was noted; once is enough. */
  useNoted: boolean;
}

export interface Ending {
  readonly status: 'consumed' | 'counted' | 'dispatched';
  /** Of the event, by `closingKey`; of a dispatch the shipment. */
  readonly key: string;
  /** Of `consumed`: the lot that it became part of. */
  readonly into?: string;
}

interface Successor {
  readonly lotId: string;
  /** Of the event that closed the lot; of several the lowest counts, in whatever order they come. */
  readonly key: string;
  /** Mass beyond what was stated, gone on so far. */
  followedMg: bigint;
}

export interface Contribution {
  readonly lotId: string;
  readonly via: 'blend' | 'split' | 'move' | 'count';
  massMg: bigint;
  /** Entry of the newest. */
  logIndex: number;
}

/** A share of the wet mass with its standard uncertainty. */
export interface MeasuredShare {
  readonly ppm: number;
  readonly uncertaintyPpm: number;
}

/** What a gate measured of a load. */
export interface LoadFindings {
  readonly logIndex: number;
  readonly moisture?: MeasuredShare;
  readonly contamination?: MeasuredShare;
}

/** What a lot is held against, and how it came out. */
export interface LotJudged {
  /** What it is to be sold as, where that is another word than its class. Absent = the class. */
  targetGrade?: string;
  /** Of the load that it came in as the only lot. Absent = nothing was measured with its uncertainty. */
  inspected?: LoadFindings;
  /** `<book>@<version>` that a request named. Absent = the first in force that names the grade. */
  gradeBook?: string;
  /** The newest grading. Absent = nothing was measured, or there is no grade to hold it against. */
  graded?: LotGraded;
}

interface LotGraded {
  /** The declared grade or target class, which it was held against. */
  readonly grade: string;
  readonly verdict: 'accepted' | 'rejected' | 'undecided';
  /** The best grade of the book that it keeps; null: none. */
  readonly keeps: string | null;
  /** `<book>@<version>`. */
  readonly book: string;
  /** Of the fact. */
  readonly seq: number;
  readonly logIndex: number;
}
