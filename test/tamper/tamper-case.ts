import type { FilledSite } from './filled-site.js';

/** One class of tampering (reference appendix B), produced against a live database. */
export interface TamperCase {
  /** Number of the class. */
  readonly number: number;
  readonly what: string;
  /** The command or process that finds it. */
  readonly detector: string;
  /** By which names it is found; each must be among what `found` gives. */
  readonly named: readonly string[];
  readonly cannotSee: string;
  readonly found: (site: FilledSite) => Promise<readonly string[]>;
}

/** Its row in docs/tampering.md. */
export const rowOf = ({ number, what, detector, named, cannotSee }: TamperCase): string =>
  `| ${number} | ${what} | ${detector} | ${named.map((name) => `\`${name}\``).join(', ')} | ${cannotSee} |`;

/** The name under which an error was thrown, from what it says; fails when nothing was thrown. */
export async function refusalOf(act: Promise<unknown>, names: readonly string[]): Promise<string> {
  try {
    await act;
  } catch (error) {
    const text = String(error);
    return names.find((name) => text.includes(name)) ?? text;
  }
  throw new Error('nothing was refused');
}
