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

/** A step counts for no more, so that no two differences alone, however wrong, raise an alarm. */
const STEP_MAX = 4;

export interface ShiftLimits {
  readonly slack: number;
  readonly alarmAbove: number;
  readonly stepMax: number;
}

/** In force where nothing else is asked for. */
export const SHIFT_LIMITS: ShiftLimits = {
  slack: SLACK,
  alarmAbove: ALARM_ABOVE,
  stepMax: STEP_MAX,
};

export interface WatchStep {
  readonly watch: ShiftWatch;
  /** Which way it moved; the watch starts anew after an alarm. */
  readonly alarm: 'high' | 'low' | undefined;
}

export function watchShift(
  watch: ShiftWatch,
  standardized: number,
  { slack, alarmAbove, stepMax }: ShiftLimits = SHIFT_LIMITS,
): WatchStep {
  const step = Math.max(-stepMax, Math.min(stepMax, standardized));
  const above = Math.max(0, watch.above + step - slack);
  const below = Math.max(0, watch.below - step - slack);
  if (above > alarmAbove) return { watch: RESTED, alarm: 'high' };
  if (below > alarmAbove) return { watch: RESTED, alarm: 'low' };
  return { watch: { above, below }, alarm: undefined };
}
