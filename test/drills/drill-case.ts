import type { MaterialStream } from '#contracts';
import type { RunningLine } from '../running-line.js';

/** Tells a person who watches. */
export type Tell = (text: string) => void;

/** One thing that goes wrong, on purpose, on a line of its own. */
export interface Drill {
  readonly name: string;
  /** The alerts that MUST fire, each of them, and MUST clear. */
  readonly alerts: readonly string[];
  /** Others that may be a part of it; any other page-level alert is a finding. */
  readonly also?: readonly string[];
  /** What is done, for a person who watches. */
  readonly what: string;
  readonly remedy: string;
  /** Pieces a second of the simulated plant; none: no plant, and only the drill speaks. */
  readonly rate?: number;
  /** Of the plant; steel alone, unless given. */
  readonly streams?: readonly MaterialStream[];
  /** Texts of the rule file that make an alert wait, and what the drill puts in their place. */
  readonly hurry: Hurry;
  provoke(line: RunningLine, tell: Tell): Promise<void>;
  remedyIt(line: RunningLine): Promise<void>;
}

export type Hurry = readonly (readonly [text: string, hurried: string])[];
