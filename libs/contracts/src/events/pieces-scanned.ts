import { z } from 'zod';
import { FRAME_DATA_BYTES_MAX } from '../attributes.js';
import { code, ppm, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { acceptsFrame } from './accepts-frame.js';
import { ANALYTE, FRAME_PIECES_MAX } from './frame-limits.js';

const column = <Schema extends z.ZodType>(cell: Schema): z.ZodArray<Schema> =>
  z.array(cell).min(1).max(FRAME_PIECES_MAX);

/** A name may stand for a product (`unu-0303`) or, as a label, for a hazard (`battery`). */
const recognised = z
  .strictObject({
    names: z.array(code).min(1).max(64).describe('Names, carried once'),
    seen: column(z.int().min(0).max(63).nullable()).describe(
      'Index into `names`: what the camera took the piece for; null: nothing',
    ),
    label: column(z.int().min(0).max(63).nullable()).describe(
      'Index into `names`: what its label, or a person, says that it is; null: nothing',
    ),
  })
  .describe('What a camera saw and a label said; a frame with it has at most 64 pieces');

/**
 * A frame: the pieces scanned within a linger, in columns. Readings by element or fibre are ppm by
 * mass; null = not measured; a negative value -d = below the detection limit d (censored). 0 is a
 * measured zero. All columns MUST have the same length. Shares of fibres are of the dry fibre; what
 * the scanner takes for `water` is of the piece as it lies.
 */
export const pieceFrame = z
  .strictObject({
    runId: siteScopedId,
    offsetMs: column(z.int().min(0).max(3_600_000)).describe(
      "Milliseconds after the event's `time` at which each piece was seen",
    ),
    massMg: column(z.int().min(0).nullable()).describe(
      'Null: the line has no mass for the piece; it is counted, not booked',
    ),
    massMethod: z.enum(['weighed', 'belt-share', 'volume-model', 'none']),
    massUncertaintyPpm: ppm.describe("Standard uncertainty of one piece's mass, as a share of it"),
    outlet: column(z.int().min(0).max(63)).describe('Outlet that the sorter meant for the piece'),
    ppm: z.record(
      z.string().regex(ANALYTE),
      column(z.int().min(-1_000_000).max(1_000_000).nullable()),
    ),
    sensorModel: code,
    calibrationId: code,
    recipe: code,
    recognised: recognised.optional(),
  })
  .superRefine((frame, context) => {
    const pieces = frame.massMg.length;
    const lengths: (readonly [string, number])[] = [
      ['offsetMs', frame.offsetMs.length],
      ['outlet', frame.outlet.length],
      ...Object.entries(frame.ppm).map(([analyte, cells]): readonly [string, number] => [
        `ppm.${analyte}`,
        cells.length,
      ]),
    ];
    if (frame.recognised !== undefined) {
      const { names, seen, label } = frame.recognised;
      lengths.push(['recognised.seen', seen.length], ['recognised.label', label.length]);
      for (const problem of namesProblems(pieces, names.length, [...seen, ...label])) {
        context.addIssue({ code: 'custom', path: ['recognised'], message: problem });
      }
    }
    for (const [name, length] of lengths) {
      if (length !== pieces) {
        context.addIssue({
          code: 'custom',
          path: name.split('.'),
          message: `${length} cells, but massMg has ${pieces}`,
        });
      }
    }
  });

/** A frame names no class that it has no room for: one a piece, 64 in all. */
const RECOGNISED_PIECES_MAX = 64;

function* namesProblems(
  pieces: number,
  names: number,
  columns: readonly (number | null)[],
): Iterable<string> {
  if (pieces > RECOGNISED_PIECES_MAX) {
    yield `${pieces} pieces, at most ${RECOGNISED_PIECES_MAX} where they are recognised`;
  }
  const beyond = columns.find((cell) => cell !== null && cell >= names);
  if (beyond !== undefined) yield `${beyond} is beyond names, which has ${names}`;
}

export type PieceFrame = z.infer<typeof pieceFrame>;

export const piecesScanned = defineEvent({
  name: 'pieces.scanned',
  summary:
    'A frame of 1 to 256 pieces in columns: mass, intended outlet, readings by element or fibre.',
  docs:
    'A cell a piece in every column. A reading is ppm by mass; null: not measured; -d: below the ' +
    'detection limit d; 0: a measured zero. Elements have their symbol, fibres a lower-case code; ' +
    'shares of fibres are of the dry fibre. A piece is named by (source, boot, seq, index). Devices are ' +
    'recognised before they are opened: sensor model `camera-label-1`, what was seen and read in ' +
    '`recognised`, the masses in their column. A device that is taken apart in the same run is said by ' +
    '`devices.dismantled` alone, or it would be booked twice.',
  by: ['sensor-sorter', 'fibre-scanner', 'bench'],
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'sensor_reporting',
    disposition: 'in_progress',
    readPoint: 'source',
  },
  subject: 'run',
  dataBytesMax: FRAME_DATA_BYTES_MAX,
  schema: pieceFrame,
  accepts: acceptsFrame,
  examples: [
    {
      runId: 'north.run-20261124-001',
      offsetMs: [0, 6, 11],
      massMg: [412_000, 1_220_500, null],
      massMethod: 'volume-model',
      massUncertaintyPpm: 80_000,
      outlet: [0, 1, 0],
      ppm: { Cu: [810, 214_000, -200], Cr: [300, null, 120] },
      sensorModel: 'xrf-belt-1',
      calibrationId: 'cal-2026-11-20',
      recipe: 'steel-shred-1',
    },
    {
      runId: 'west.run-20261124-001',
      offsetMs: [0, 240],
      massMg: [318_000, 122_500],
      massMethod: 'weighed',
      massUncertaintyPpm: 3_000,
      outlet: [0, 2],
      ppm: { cotton: [982_000, 604_000], polyester: [-10_000, 396_000], water: [71_000, null] },
      sensorModel: 'nir-table-1',
      calibrationId: 'cal-2026-11-18',
      recipe: 'fibre-sort-1',
    },
    {
      runId: 'east.run-20261124-003',
      offsetMs: [0, 2_100],
      massMg: [2_310_000, 148_000],
      massMethod: 'weighed',
      massUncertaintyPpm: 2_000,
      outlet: [0, 1],
      ppm: {},
      sensorModel: 'camera-label-1',
      calibrationId: 'cal-2026-11-18',
      recipe: 'devices-1',
      recognised: { names: ['unu-0303', 'unu-0306'], seen: [0, 1], label: [0, null] },
    },
  ],
});
