/** What came of an alert of a drill; null: it did not happen while the drill looked. */
export interface AlertSeen {
  readonly alert: string;
  /** After the drill began to provoke it. */
  readonly firedAfterMs: number | null;
  /** After the drill began to mend it. */
  readonly clearedAfterMs: number | null;
}

export interface DrillOutcome {
  readonly drill: string;
  readonly alerts: readonly AlertSeen[];
  /** Alerts of any severity that fired beside its own. */
  readonly others: readonly string[];
  /** Why it did not go as it must; null: it did. */
  readonly problem: string | null;
}

const HEAD = ['drill', 'alert', 'fired after', 'cleared after', 'other alerts'] as const;

/** One line an alert, and below them what went wrong. */
export function outcomeTable(outcomes: readonly DrillOutcome[]): string {
  const rows = outcomes.flatMap(({ drill, alerts, others }) =>
    alerts.map(({ alert, firedAfterMs, clearedAfterMs }) => [
      drill,
      alert,
      seconds(firedAfterMs),
      seconds(clearedAfterMs),
      others.length === 0 ? 'none' : others.join(', '),
    ]),
  );
  const widths = HEAD.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd();
  const failed = outcomes.filter(({ problem }) => problem !== null);
  return [
    line(HEAD),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    '',
    `${outcomes.length - failed.length} of ${outcomes.length} drills went as they must`,
    ...failed.map(({ drill, problem }) => `${drill}: ${problem ?? ''}`),
    '',
  ].join('\n');
}

const seconds = (ms: number | null): string =>
  ms === null ? 'never' : `${Math.round(ms / 1_000)} s`;
