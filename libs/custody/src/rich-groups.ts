import { type RichPiece, mergeRichest } from '#materials';
import type { RichGroup } from './reading-model.js';

/** A rich piece with the outlet that it went to: when that gets another lot, the piece goes along. */
export interface PlacedPiece extends RichPiece {
  readonly runId: string;
  readonly outlet: number;
}

/** Richest first. */
export const piecesOf = (groups: readonly RichGroup[]): PlacedPiece[] =>
  mergeRichest(
    groups.flatMap(({ pieces, ...of }) =>
      pieces.map(([seq, index, massMg, ppm]) => ({ ...of, seq, index, massMg, ppm })),
    ),
    [],
  );

/** The pieces with what many of them share said once, in an order that they alone decide. */
export function groupsOf(richest: readonly PlacedPiece[]): RichGroup[] {
  const groups = new Map<string, RichGroup & { pieces: RichGroup['pieces'][number][] }>();
  for (const { runId, outlet, source, boot, seq, index, massMg, ppm } of richest) {
    const key = `${runId} ${String(outlet).padStart(2, '0')} ${source} ${boot}`;
    const group = groups.get(key) ?? { runId, outlet, source, boot, pieces: [] };
    group.pieces.push([seq, index, massMg, ppm]);
    groups.set(key, group);
  }
  return [...groups.keys()].sort().map((key) => groups.get(key)!);
}
