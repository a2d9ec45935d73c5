import type { LossAccount, MaterialStream, OutletRole, RunProcess } from '#contracts';
import type { DeviceRow } from './device-rows.js';
import type { OutletPlacement, OutletReadings, WithReadings } from './reading-model.js';

export type Stream = MaterialStream | 'unknown';

export interface RunState extends WithReadings<OutletReadings> {
  readonly runId: string;
  status: 'provisional' | 'open' | 'closing' | 'balanced';
  lineId: string | null;
  recipe: string | null;
  stream: Stream;
  inputs: string[];
  /** What is done to the material. Absent = it is sorted, or nobody has said. */
  process?: RunProcess;
  outlets: { outlet: number; lotId: string; targetClass: string; role?: OutletRole }[];
  /** The largest reading per (source, boot, lot). */
  feeds: {
    source: string;
    boot: number;
    lotId: string;
    cumulativeMg: bigint;
    uncertaintyMg: bigint;
    /** Scale of the newest reading that counted. Absent = not named. */
    scaleId?: string;
  }[];
  /** Container masses by outlet, with the sum of squares of their uncertainties. */
  weighedOut: {
    outlet: number;
    massMg: bigint;
    uncertaintyMg2: bigint;
    containers: number;
    /** Scales of these containers. Absent = not known. */
    scaleIds?: string[];
  }[];
  /** Mass and pieces of frames by outlet and class: account `E:outlet:<run>:<outlet>:<class>` or its lot. */
  estimatedOut: {
    outlet: number;
    class: string;
    massMg: bigint;
    pieces: bigint;
    /** Of a hazard: an exception says so. Absent = no. */
    hazardNoted?: true;
    /** Sum of each mass times its stated standard uncertainty, mg ppm. Absent = 0. */
    uncertaintyMgPpm?: bigint;
    /** Pieces whose mass is not known, or holds that of something else. Absent = 0. */
    unweighed?: bigint;
  }[];
  /** Said to the lots when it was balanced, and since. Absent = nothing was read, or of one outlet. */
  placed?: OutletPlacement[];
  /** What devices on a bench came to, by component. Absent = none. */
  devices?: DeviceRow[];
  /** The largest reading per (source, boot, meter, what it meters). Absent = none. */
  meters?: MeterRow[];
  losses: { account: LossAccount; massMg: bigint; uncertaintyMg: bigint }[];
  /** From `run.closed`; null while it has not come. */
  upTo: { source: string; boot: number; seq: number }[] | null;
  /** While closing: stream time after which what is missing is not waited for. */
  deadlineMs: number | null;
  /** What stands in `W:unaccounted:<runId>`, signed. */
  unaccountedMg: bigint;
  /** Fact seq of the newest `run.balanced`. */
  balancedSeq: number | null;
  openExceptionId: string | null;
  pieces: bigint;
  /** One more than the most that any of its feeds went through: 2 is a rework of a run's output. */
  pass: number;
  openedIndex: number;
  changedIndex: number;
  openedTime: string;
  closedTime: string | null;
  /** Entries that started and closed it, of which alone a correction is booked. Absent = none. */
  startedIndex?: number;
  closedIndex?: number;
  /** Open exceptions `estimate-difference`, by outlet. Absent = none. */
  estimatesOff?: { outlet: number; lotId: string; exceptionId: string }[];
  /** The exception `late-after-balance` was raised; once a run is enough. Absent = no. */
  lateNoted?: boolean;
}

/** What a meter of a run has counted. */
export interface MeterRow {
  readonly source: string;
  readonly boot: number;
  readonly meterId: string;
  readonly kind: 'energy' | 'water' | 'reagent' | 'labour';
  /** Carrier, flow of water, or substance; empty of labour. */
  readonly of: string;
  /** Of a reagent: `taken` or `recovered`. Else empty. */
  readonly flow: string;
  /** Wh, mg or s. */
  cumulative: bigint;
  uncertaintyPpm: number;
  /** Entry of the reading that counts. */
  logIndex: number;
}
