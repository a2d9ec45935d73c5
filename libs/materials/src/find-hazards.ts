import { HAZARDS, type HazardSign } from './books/hazards.js';
import type { FrameReadings } from './frame-readings.js';

/** By piece: index into the hazards book, -1 none, and how often the sign that told it is right. */
export interface HazardFinds {
  readonly at: Int16Array;
  readonly rightPpm: Uint32Array;
}

interface PlacedSign extends HazardSign {
  readonly hazard: number;
}

const SIGNS: readonly PlacedSign[] = HAZARDS.hazards.flatMap(({ signs }, hazard) =>
  signs.map((sign) => ({ ...sign, hazard })),
);
const BY_LABEL = new Map(
  SIGNS.flatMap((sign) => (sign.label === undefined ? [] : [[sign.label, sign] as const])),
);
/** A camera may also give what it sees as a column of its own: how sure it is, in ppm. */
const SEEN_ABOVE_PPM = 500_000;
const BY_READING = SIGNS.map(({ label, element, abovePpm, hazard, rightPpm }) => ({
  column: element ?? label ?? '',
  abovePpm: abovePpm ?? SEEN_ABOVE_PPM,
  hazard,
  rightPpm,
}));

/**
 * Hazardous pieces of a frame, undefined where there is none. A sign is enough: no prior and no
 * other reading can outvote it. Of two signs the earlier hazard of the book counts.
 */
export function findHazards(frame: FrameReadings): HazardFinds | undefined {
  const pieces = frame.massMg.length;
  let finds: HazardFinds | undefined;
  const found = (piece: number, hazard: number, rightPpm: number): void => {
    finds ??= { at: new Int16Array(pieces).fill(-1), rightPpm: new Uint32Array(pieces) };
    const before = finds.at[piece]!;
    if (before >= 0 && before <= hazard) return;
    finds.at[piece] = hazard;
    finds.rightPpm[piece] = rightPpm;
  };
  const { label, labels, ppm } = frame;
  if (label !== undefined && labels !== undefined) {
    const signs = labels.map((name) => BY_LABEL.get(name));
    for (let piece = 0; piece < pieces; piece++) {
      const sign = signs[label[piece] ?? -1];
      if (sign !== undefined) found(piece, sign.hazard, sign.rightPpm);
    }
  }
  for (const { column, abovePpm, hazard, rightPpm } of BY_READING) {
    const cells = ppm[column];
    if (cells === undefined) continue;
    for (let piece = 0; piece < pieces; piece++) {
      if ((cells[piece] ?? 0) > abovePpm) found(piece, hazard, rightPpm);
    }
  }
  return finds;
}
