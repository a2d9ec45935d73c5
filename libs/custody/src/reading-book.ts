import {
  SUMMED_ANALYTES,
  CAPPED_ANALYTES,
  CONTENT_MEMBERS,
  type ContentSums,
  leastContent,
} from '#materials';
import type { LotState, RunState } from './model.js';
import { type Sensor, type SensorReadings, isSameSensor } from './reading-model.js';
import { type PlacedPiece, groupsOf, piecesOf } from './rich-groups.js';

/** Every analyte that is summed has a slot: its place among `SUMMED_ANALYTES`. */
export const SLOTS: ReadonlyMap<string, number> = new Map(
  SUMMED_ANALYTES.map((analyte, slot) => [analyte, slot]),
);
const CAPPED: ReadonlySet<string> = new Set(CAPPED_ANALYTES);

/** The richest pieces of a lot, or of an outlet that has none yet, unpacked for one fold. */
export class RichHolder {
  /** By slot, what a piece must hold to be named; Infinity where none is. */
  readonly least = new Float64Array(SUMMED_ANALYTES.length);
  private readonly lists = new Map<string, readonly PlacedPiece[]>();
  private isChanged = false;

  constructor(
    private readonly owner: LotState | RunState,
    /** Of a run: the outlet. */
    private readonly outlet: number | null,
  ) {
    SUMMED_ANALYTES.forEach((analyte, slot) => {
      this.least[slot] = CAPPED.has(analyte) ? leastContent(this.of(analyte)) : Infinity;
    });
  }

  of(analyte: string): readonly PlacedPiece[] {
    const known = this.lists.get(analyte);
    if (known !== undefined) return known;
    const groups = this.owner.richest?.[analyte] ?? [];
    const { outlet } = this;
    const pieces = piecesOf(groups.filter((group) => outlet === null || group.outlet === outlet));
    this.lists.set(analyte, pieces);
    return pieces;
  }

  put(analyte: string, pieces: readonly PlacedPiece[]): void {
    this.lists.set(analyte, pieces);
    this.least[SLOTS.get(analyte)!] = leastContent(pieces);
    this.isChanged = true;
  }

  /** Takes out the pieces that are meant; what was too poor beside them before is not known. */
  take(isMeant: (piece: PlacedPiece) => boolean): Map<string, readonly PlacedPiece[]> {
    const taken = new Map<string, readonly PlacedPiece[]>();
    for (const analyte of CAPPED_ANALYTES) {
      const pieces = this.of(analyte);
      const meant = pieces.filter(isMeant);
      if (meant.length === 0) continue;
      taken.set(analyte, meant);
      this.put(
        analyte,
        pieces.filter((piece) => !isMeant(piece)),
      );
    }
    return taken;
  }

  /** Into the state of the lot or run. */
  store(): void {
    if (!this.isChanged) return;
    this.isChanged = false;
    const { owner, outlet } = this;
    const richest = { ...owner.richest };
    for (const [analyte, pieces] of this.lists) {
      const others = (richest[analyte] ?? []).filter(
        (group) => outlet !== null && group.outlet !== outlet,
      );
      richest[analyte] = [...others, ...groupsOf(pieces)];
      // A lot's are in order already.
      if (outlet !== null) richest[analyte].sort((a, b) => a.outlet - b.outlet);
    }
    const named = Object.entries(richest).filter(([, groups]) => groups.length > 0);
    if (named.length > 0) owner.richest = Object.fromEntries(named);
    else delete owner.richest;
  }
}

/** What the frames of one fold call add to the readings of one (run, outlet, sensor). */
export interface ReadingCell {
  readonly run: RunState;
  readonly lot: LotState | null;
  /** Of the run and of the lot, where there is room for the sensor. */
  readonly rows: readonly SensorReadings[];
  readonly rich: RichHolder;
  /** Exact sums in doubles, not yet in the rows: eight at `slot * 8`. */
  readonly pending: Float64Array;
  /** What did not fit there any more, by slot. */
  readonly sums: (ContentSums | undefined)[];
  massUncertaintyPpm: number;
}

export interface Series {
  readonly sensor: Sensor;
  /** By outlet. */
  readonly cells: (ReadingCell | undefined)[];
}

export const noPending = (): Float64Array =>
  new Float64Array(SUMMED_ANALYTES.length * CONTENT_MEMBERS);

/** Sums of readings, held back until something reads them, as masses are in `FrameBook`. */
export class ReadingBook {
  /** In order of first touch; also those whose outlet has since been given a lot. */
  readonly cells: ReadingCell[] = [];
  private readonly live = new Map<string, Series[]>();
  private readonly holders = new Map<string, RichHolder>();

  seriesOf(runId: string, sensor: Sensor): Series {
    let ofRun = this.live.get(runId);
    if (ofRun === undefined) {
      ofRun = [];
      this.live.set(runId, ofRun);
    }
    for (const series of ofRun) if (isSameSensor(series.sensor, sensor)) return series;
    const series: Series = { sensor, cells: [] };
    ofRun.push(series);
    return series;
  }

  richOfLot(lot: LotState): RichHolder {
    return this.holder(`lot ${lot.lotId}`, lot, null);
  }

  richOfOutlet(run: RunState, outlet: number): RichHolder {
    return this.holder(`run ${run.runId} ${outlet}`, run, outlet);
  }

  private holder(key: string, owner: LotState | RunState, outlet: number | null): RichHolder {
    let holder = this.holders.get(key);
    if (holder === undefined) {
      holder = new RichHolder(owner, outlet);
      this.holders.set(key, holder);
    }
    return holder;
  }

  storeRichest(): void {
    for (const holder of this.holders.values()) holder.store();
  }

  clear(): void {
    this.cells.length = 0;
    this.live.clear();
    this.holders.clear();
  }

  /** Makes later frames of the run begin new cells: its outlets mean other lots now. */
  retire(runId: string): void {
    this.live.delete(runId);
  }
}
