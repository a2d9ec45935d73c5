import type { DataOf, EventAttributes } from '#contracts';
import { SUMMED_ANALYTES, addContents, emptySums, mergeRichest } from '#materials';
import { biasOf } from './calibrations.js';
import type { Folding } from './folding.js';
import type { LotState, RunState } from './model.js';
import type { RichHolder } from './reading-book.js';
import { addSums, lotRow, lotRowFor, runRow, sumsOf, takeSums } from './reading-rows.js';
import { settleReadingsOf } from './readings.js';
import type { PlacedPiece } from './rich-groups.js';

/**
 * What was read of the pieces of an outlet goes over to the lot that stands behind it now. Call it
 * with everything of the run settled.
 */
export function moveReadings(
  folding: Folding,
  run: RunState,
  outlet: number,
  { from, to }: { readonly from: LotState | null; readonly to: LotState },
): void {
  const { readings, limits } = folding;
  for (const row of run.readings ?? []) {
    if (row.outlet !== outlet) continue;
    const gone = from === null ? undefined : lotRow(from, row);
    const into = lotRowFor(to, row, { most: limits.sensorsMax, bias: biasOf(folding, row) });
    if (into !== undefined) {
      into.massUncertaintyPpm = Math.max(into.massUncertaintyPpm, row.massUncertaintyPpm);
    }
    for (const analyte of Object.keys(row.sums)) {
      const sums = sumsOf(row, analyte);
      if (gone !== undefined) takeSums(gone, analyte, sums);
      if (into !== undefined) addSums(into, analyte, sums);
    }
  }
  const holder = from === null ? readings.richOfOutlet(run, outlet) : readings.richOfLot(from);
  const { runId } = run;
  const taken = holder.take((piece) => piece.runId === runId && piece.outlet === outlet);
  bring(readings.richOfLot(to), taken);
  readings.storeRichest();
}

function bring(holder: RichHolder, pieces: ReadonlyMap<string, readonly PlacedPiece[]>): void {
  for (const [analyte, more] of pieces) {
    holder.put(analyte, mergeRichest(holder.of(analyte), more));
  }
}

/** A frame is declared erroneous: its readings are taken out of the sums, its pieces named no more. */
export function withdrawReadings(
  folding: Folding,
  run: RunState,
  scan: DataOf<'piecesScanned'>,
  { source, boot, seq }: EventAttributes,
): void {
  settleReadingsOf(folding, run);
  const { ppm, massMg, outlet: outlets, sensorModel, calibrationId } = scan;
  const sensor = { source, sensorModel, calibrationId };
  for (const outlet of new Set(outlets)) {
    const lotId = run.outlets.find((listed) => listed.outlet === outlet)?.lotId;
    const lot = lotId === undefined ? null : (folding.set.lots.get(lotId) ?? null);
    const rows = [runRow(run, outlet, sensor), lot === null ? undefined : lotRow(lot, sensor)];
    for (const analyte of SUMMED_ANALYTES) {
      const column = ppm[analyte];
      if (column === undefined) continue;
      const sums = emptySums();
      addContents(sums, { massMg, ppm: column, class: outlets, only: outlet });
      for (const row of rows) if (row !== undefined) takeSums(row, analyte, sums);
    }
    const holder =
      lot === null ? folding.readings.richOfOutlet(run, outlet) : folding.readings.richOfLot(lot);
    holder.take((piece) => piece.source === source && piece.boot === boot && piece.seq === seq);
  }
  folding.readings.storeRichest();
}
