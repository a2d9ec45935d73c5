import type { StationPosition } from '#edge';

/** Seqs that one (source, boot) is waited for. */
export interface Awaited {
  readonly source: string;
  readonly boot: number;
  first: number;
  last: number;
  /** A refused seq leaves a hole, so the position stays below it until it is voided or gapped. */
  refused: boolean;
}

/** Whether the ledger has this event: at or below the position and in no open slot. */
export function isInLog(position: StationPosition, boot: number, seq: number): boolean {
  const found = position.boots.find((candidate) => candidate.boot === boot);
  if (found === undefined || seq > found.position) return false;
  return !found.openSlots.some(([first, last]) => first <= seq && seq <= last);
}

/** Whether the ledger has everything that is awaited. */
export function covers(position: StationPosition, { boot, first, last }: Awaited): boolean {
  const found = position.boots.find((candidate) => candidate.boot === boot);
  if (found === undefined || found.position < last) return false;
  return !found.openSlots.some((slot) => slot[0] <= last && slot[1] >= first);
}
