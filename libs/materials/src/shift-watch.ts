/**
 * Two-sided CUSUM: tells a small lasting shift from chance. Each step is a difference over its own
 * standard uncertainty: a partner's weight against ours, an assay against a sensor. State is two
 * numbers, so it goes on from where it stood.
 */
export interface ShiftWatch {
  readonly above: number;
  readonly below: number;
}

export const RESTED: ShiftWatch = { above: 0, below: 0 };

/** Half the shift that is looked for, in deviations: shifts of one deviation are found best. */
export const SLACK = 0.5;
/**
 * Alarm beyond this. With SLACK it gives, by Siegmund's approximation, one false alarm in about
 * 9,500 steps; `docs/reports/coverage.md` has what was measured.
 */
export const ALARM_ABOVE = 8;

export interface WatchStep {
  readonly watch: ShiftWatch;
  /** Which way it moved; the watch starts anew after an alarm. */
  readonly alarm: 'high' | 'low' | undefined;
}

export function watchShift(watch: ShiftWatch, standardized: number): WatchStep {
  const above = Math.max(0, watch.above + standardized - SLACK);
  const below = Math.max(0, watch.below - standardized - SLACK);
  if (above > ALARM_ABOVE) return { watch: RESTED, alarm: 'high' };
  if (below > ALARM_ABOVE) return { watch: RESTED, alarm: 'low' };
  return { watch: { above, below }, alarm: undefined };
}
