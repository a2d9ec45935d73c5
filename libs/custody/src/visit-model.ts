import type { LoadFindings } from './lot-model.js';

/** A vehicle at the gate, by what its scales and tickets say. */
export interface VisitState {
  readonly visitId: string;
  direction: 'inbound' | 'outbound' | null;
  grossMg: bigint | null;
  tareMg: bigint | null;
  uncertaintyMg2: bigint;
  /** Scales of the weighings that count. Absent = not known. */
  scaleIds?: { gross?: string; tare?: string };
  /** Shipments that left with it. Absent = none. */
  shipments?: string[];
  /** Lots and deductions of `delivery.completed`; null before it. */
  deliveredMg: bigint | null;
  /** The net was compared with the ticket. */
  compared: boolean;
  changedIndex: number;
  /** Lots that its tickets opened. Absent = none. */
  lots?: string[];
  /** What was measured of the load. Absent = nothing with its uncertainty. */
  inspected?: LoadFindings;
  /** Radiation was found: its lots are set apart, those that come later too. Absent = no. */
  alarm?: true;
}
