import { z } from 'zod';
import { FRAME_DATA_BYTES_MAX } from '../attributes.js';
import { code, ppm, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { acceptsFrame } from './accepts-frame.js';
import { ANALYTE, FRAME_PIECES_MAX } from './frame-limits.js';

const column = <Schema extends z.ZodType>(cell: Schema): z.ZodArray<Schema> =>
  z.array(cell).min(1).max(FRAME_PIECES_MAX);

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

export type PieceFrame = z.infer<typeof pieceFrame>;

export const piecesScanned = defineEvent({
  name: 'pieces.scanned',
  summary:
    'A frame of 1 to 256 pieces in columns: mass, intended outlet, readings by element or fibre.',
  docs:
    'A cell a piece in every column. A reading is ppm by mass; null: not measured; -d: below the ' +
    'detection limit d; 0: a measured zero. Elements have their symbol, fibres a lower-case code; ' +
    'shares of fibres are of the dry fibre. A piece is named by (source, boot, seq, index).',
  by: ['sensor-sorter', 'fibre-scanner'],
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
  ],
});
