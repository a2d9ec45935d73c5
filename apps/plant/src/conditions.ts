import book from '../data/conditions-2026-11.json' with { type: 'json' };

/** What a seed asks of the instruments beyond what they are bought as. */
export interface Conditions {
  /** By how much more of a share a sensor reads after a million pieces, as a share of it. */
  readonly driftPerMillionPieces: number;
  /** What scales show too much, as a share of the load. */
  readonly bridgeBias: number;
  readonly beltBias: number;
  readonly floorBias: number;
  /** Whether meatballs, batteries and the yard's own work come up. */
  readonly hasIncidents: boolean;
}

export const INCIDENTS = book.incidents;

const WORLDS: Readonly<Record<string, Omit<Conditions, 'hasIncidents'>>> = book.worlds;

/** Names that a seed may begin with, as `drifting/7`. */
export const WORLD_NAMES = Object.keys(WORLDS);

/** Conditions of a seed: those that its part before the first `/` names, else the usual ones. */
export function conditionsOf(seed: string): Conditions {
  const [name] = seed.split('/', 1);
  const usual = WORLDS['usual']!;
  const asked = Object.hasOwn(WORLDS, name!) ? WORLDS[name!]! : usual;
  return { ...asked, hasIncidents: true };
}

/** Nothing but lots that arrive, are sorted and leave, by instruments that are what they say. */
export const PLAIN: Conditions = { ...conditionsOf(''), hasIncidents: false };
