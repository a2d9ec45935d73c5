import type { DataOf, EventAttributes } from '#contracts';
import {
  SUMMED_ANALYTES,
  CONTENT_MEMBERS,
  EXACT_MAX,
  FrameContents,
  addContents,
  addFigures,
  emptySums,
  mergeRichest,
  richIn,
} from '#materials';
import { biasOf } from './calibrations.js';
import type { Folding } from './folding.js';
import type { LotState, RunState } from './model.js';
import { type ReadingCell, SLOTS, type Series, noPending } from './reading-book.js';
import { addSums, lotRowFor, runRowFor } from './reading-rows.js';
import { lookedUp } from './working-set.js';

type Scan = DataOf<'piecesScanned'>;

/** Scratch of one frame. */
const contents = new FrameContents();

/**
 * Adds a frame's readings to the sums of the lots that its pieces went to: one pass a column, and a
 * step for each outlet. Readings of an outlet without a lot wait with the run.
 */
export function readFrame(
  folding: Folding,
  run: RunState,
  scan: Scan,
  attributes: EventAttributes,
): void {
  const { ppm, massMg, outlet } = scan;
  const isExact = contents.begin(massMg, outlet);
  let series: Series | null = null;
  for (const analyte in ppm) {
    const slot = SLOTS.get(analyte);
    if (slot === undefined) continue;
    series ??= seriesOf(folding, run, scan, attributes.source);
    const { cells } = series;
    const { touched, places, least } = contents;
    for (let at = 0; at < places; at++) {
      const place = touched[at]!;
      least[place] = cells[place]!.rich.least[slot]!;
    }
    const isRich = isExact
      ? contents.addColumn(ppm[analyte]!)
      : Number.isFinite(least[touched[0]!]);
    for (let at = 0; at < places; at++) {
      const place = touched[at]!;
      const cell = cells[place]!;
      if (isExact && take(cell, slot, place)) continue;
      const sums = (cell.sums[slot] ??= emptySums());
      addContents(sums, { massMg, ppm: ppm[analyte]!, class: outlet, only: place });
    }
    if (isRich) noteRichest(cells, analyte, scan, attributes);
  }
}

/** The series with a cell for each place of the frame. */
function seriesOf(folding: Folding, run: RunState, scan: Scan, source: string): Series {
  const { sensorModel, calibrationId } = scan;
  const series = folding.readings.seriesOf(run.runId, { source, sensorModel, calibrationId });
  const { cells } = series;
  for (let at = 0; at < contents.places; at++) {
    const place = contents.touched[at]!;
    const cell = (cells[place] ??= newCell(folding, run, place, series));
    if (scan.massUncertaintyPpm <= cell.massUncertaintyPpm) continue;
    cell.massUncertaintyPpm = scan.massUncertaintyPpm;
    for (const row of cell.rows) {
      row.massUncertaintyPpm = Math.max(row.massUncertaintyPpm, scan.massUncertaintyPpm);
    }
  }
  return series;
}

/** False: the sums of the place are not exact, and nothing was taken. */
function take(cell: ReadingCell, slot: number, place: number): boolean {
  const { sums } = contents;
  const { pending } = cell;
  const from = place * CONTENT_MEMBERS;
  if (sums[from] === 0) return true;
  const to = slot * CONTENT_MEMBERS;
  let fits = true;
  for (let member = 0; member < CONTENT_MEMBERS; member++) {
    const sum = sums[from + member]!;
    if (!(sum <= EXACT_MAX)) return false;
    if (pending[to + member]! + sum > EXACT_MAX) fits = false;
  }
  if (!fits) spill(cell, slot);
  for (let member = 0; member < CONTENT_MEMBERS; member++) {
    pending[to + member]! += sums[from + member]!;
  }
  return true;
}

function spill({ pending, sums }: ReadingCell, slot: number): void {
  const at = slot * CONTENT_MEMBERS;
  if (pending[at] === 0) return;
  addFigures((sums[slot] ??= emptySums()), pending, at);
  pending.fill(0, at, at + CONTENT_MEMBERS);
}

function noteRichest(
  cells: Series['cells'],
  analyte: string,
  scan: Scan,
  { source, boot, seq }: EventAttributes,
): void {
  const { massMg, outlet } = scan;
  const ppm = scan.ppm[analyte]!;
  for (let at = 0; at < contents.places; at++) {
    const only = contents.touched[at]!;
    const { rich, run } = cells[only]!;
    const frame = { source, boot, seq, massMg, ppm, place: outlet, only };
    const { runId } = run;
    const found = richIn(frame, rich.least[SLOTS.get(analyte)!]!).map((piece) => ({
      runId,
      outlet: only,
      ...piece,
    }));
    if (found.length > 0) rich.put(analyte, mergeRichest(rich.of(analyte), found));
  }
}

function newCell(folding: Folding, run: RunState, outlet: number, { sensor }: Series): ReadingCell {
  const { sensorsMax } = folding.limits;
  const lotId = run.outlets.find((listed) => listed.outlet === outlet)?.lotId;
  const lot = lotId === undefined ? null : lookedUp(folding.set.lots, lotId);
  const rows = [
    runRowFor(run, outlet, sensor, sensorsMax),
    lot === null
      ? undefined
      : lotRowFor(lot, sensor, { most: sensorsMax, bias: biasOf(folding, sensor) }),
  ].filter((row) => row !== undefined);
  const { readings } = folding;
  const cell: ReadingCell = {
    run,
    lot,
    rows,
    rich: lot === null ? readings.richOfOutlet(run, outlet) : readings.richOfLot(lot),
    pending: noPending(),
    sums: [],
    massUncertaintyPpm: -1,
  };
  readings.cells.push(cell);
  return cell;
}

/** Brings what is held back of a cell into the rows of its run and lot. */
function settle(cell: ReadingCell): void {
  for (const [slot, analyte] of SUMMED_ANALYTES.entries()) {
    spill(cell, slot);
    const sums = cell.sums[slot];
    if (sums === undefined) continue;
    for (const row of cell.rows) addSums(row, analyte, sums);
    cell.sums[slot] = undefined;
  }
}

export function settleReadingsOf(folding: Folding, owner: RunState | LotState): void {
  const { readings } = folding;
  for (const cell of readings.cells) if (cell.run === owner || cell.lot === owner) settle(cell);
  readings.storeRichest();
}

export function settleAllReadings({ readings }: Folding): void {
  for (const cell of readings.cells) settle(cell);
  readings.storeRichest();
  readings.clear();
}
