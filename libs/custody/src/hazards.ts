import { hazardNamed } from '#materials';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import type { Cell } from './frame-book.js';
import type { LotState } from './model.js';
import { quarantine } from './quarantine.js';
import { touchRun } from './run-states.js';

/** Before a hazard's name in the flags of a frame. */
const FLAG = 'hazard:';
/** Before a hazard's name in an account, where the name is in no book: it stays apart all the same. */
const UNKNOWN = 'hazard-';
const CLASS_LENGTH_MAX = 64;

/** The class that a hazard's mass is booked as, whatever else a frame calls it. */
export const hazardClass = (word: string): string =>
  hazardNamed(word)?.hazard ?? `${UNKNOWN}${word}`.slice(0, CLASS_LENGTH_MAX);

export const isHazardClass = (pieceClass: string): boolean =>
  hazardNamed(pieceClass) !== undefined || pieceClass.startsWith(UNKNOWN);

interface Named {
  readonly classes: readonly string[];
  readonly class: readonly number[];
}

/**
 * Classes of a frame in which every piece that is flagged as a hazard is of that hazard's class. Our
 * classifier says so itself; one that only flags does not get mass of a hazard into a harmless account.
 */
export function withHazards(
  classification: Named & {
    readonly flags: readonly string[];
    readonly flagged: readonly number[];
  },
): Named {
  const { flags, flagged } = classification;
  let named: { classes: string[]; class: number[] } | null = null;
  for (let at = 0; at < flagged.length; at += 2) {
    const flag = flags[flagged[at + 1]!]!;
    if (!flag.startsWith(FLAG)) continue;
    const piece = flagged[at]!;
    const said: Named = named ?? classification;
    // Where two hazards are flagged, the class that is named first stays.
    if (isHazardClass(said.classes[said.class[piece]!]!)) continue;
    named ??= { classes: [...said.classes], class: [...said.class] };
    const hazard = hazardClass(flag.slice(FLAG.length));
    const known = named.classes.indexOf(hazard);
    named.class[piece] = known < 0 ? named.classes.push(hazard) - 1 : known;
  }
  return named ?? classification;
}

/**
 * A hazard went to an outlet: a critical exception, and what stands behind the outlet is set apart.
 * Said once for an outlet and hazard, and again when the lot has been released since; a belt would
 * repeat it with every frame.
 */
export function noteHazard(folding: Folding, cell: Cell, pieces: number, massMg: bigint): void {
  const { run, lot, row, pieceClass } = cell;
  const isApart = lot === null || lot.quarantine?.mandatory === true;
  if (row.hazardNoted === true && isApart) return;
  row.hazardNoted = true;
  touchRun(folding, run);
  const ewc = hazardNamed(pieceClass)?.ewc;
  raise(folding, 'hazard-found', lot?.lotId ?? run.runId, {
    hazard: pieceClass,
    ...(ewc === undefined ? {} : { ewc }),
    run: run.runId,
    outlet: String(row.outlet),
    pieces: String(pieces),
    massMg: massMg.toString(),
  });
  if (lot !== null) setHazardApart(folding, lot, run.runId);
}

/** Nobody but evidence gets it out again. */
export function setHazardApart(folding: Folding, lot: LotState, runId: string): void {
  if (lot.quarantine?.mandatory === true) return;
  quarantine(folding, lot, { reason: 'hazard-found', mandatory: true, actor: null, from: runId });
}
