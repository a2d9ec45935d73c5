import type { RunningLine } from '../running-line.js';

/** One thing that goes wrong, on purpose, on a line of its own. */
export interface Drill {
  readonly name: string;
  /** The alert that MUST fire. */
  readonly alert: string;
  /** Others that are a part of it; any other page-level alert is a finding. */
  readonly also?: readonly string[];
  /** What is done, for a person who watches. */
  readonly what: string;
  readonly remedy: string;
  /** Pieces a second of the simulated plant; none: no plant, and only the drill speaks. */
  readonly rate?: number;
  /** Texts of the rule file that make an alert wait, and what the drill puts in their place. */
  readonly hurry: readonly (readonly [text: string, hurried: string])[];
  provoke(line: RunningLine): Promise<void>;
  remedyIt(line: RunningLine): Promise<void>;
}
