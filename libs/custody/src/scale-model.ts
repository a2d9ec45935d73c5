import type { ShiftWatch } from '#materials';

/** What the watch for a lasting shift has of a scale (`scale-watches.ts`). */
export interface ScaleWatch extends ShiftWatch {
  readonly scaleId: string;
  /** Pairs since both sums were last 0. */
  readonly steps: number;
  /** What it was compared with in these, each once, the last `AGAINST_MAX`. */
  readonly against: readonly string[];
  /** What the open exception `scale-shift` says; null: none is open. */
  readonly shift: { readonly direction: 'high' | 'low'; readonly exceptionId: string } | null;
}
