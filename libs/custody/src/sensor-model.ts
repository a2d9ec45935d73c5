import type { GainSums, ShiftWatch } from '#materials';
import type { Sensor } from './reading-model.js';

/** What the watch for a lasting shift has of one analyte of a sensor (`sensor-watches.ts`). */
export interface SensorWatch extends ShiftWatch, Sensor {
  readonly analyte: string;
  /** Assayed lots since both sums were last 0. */
  readonly steps: number;
  /** What they have told of its gain since the calibration, or since it shifted. */
  readonly gain: GainSums;
  /** How far lots were off, in what was to be expected: how many, and the sum of squares. */
  readonly scatter: { readonly lots: number; readonly squares: number };
  /** What the open exception `sensor-shift` says; null: none is open. */
  readonly shift: { readonly direction: 'high' | 'low'; readonly exceptionId: string } | null;
}
