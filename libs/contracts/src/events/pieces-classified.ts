import { z } from 'zod';
import { CLASSIFICATION_BYTES_MAX, FRAME_DATA_BYTES_MAX } from '../attributes.js';
import { code, ppm, sha256Hex } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { FRAME_PIECES_MAX } from './frame-limits.js';
import { pieceFrame } from './pieces-scanned.js';

/** What the classifier adds to a frame; columns index into lists that are carried once. */
const classification = z.strictObject({
  model: code,
  modelDigest: sha256Hex.describe(
    "SHA-256 of the model's definition: composition book, sensor model, recipe, code version",
  ),
  classes: z.array(code).min(1).max(64),
  flags: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,31}(:[a-z0-9-]{1,31})?$/))
    .max(32)
    .describe('`unresolved`, `hazard:battery`: a word, or a kind and its member'),
  class: z
    .array(z.int().min(0).max(63))
    .min(1)
    .max(FRAME_PIECES_MAX)
    .describe('Index into `classes`, a piece a cell'),
  confidencePpm: z
    .array(ppm)
    .min(1)
    .max(FRAME_PIECES_MAX)
    .describe('Posterior probability of the class'),
  flagged: z
    .array(
      z
        .int()
        .min(0)
        .max(FRAME_PIECES_MAX - 1),
    )
    .describe('Pairs (piece, index into `flags`), flattened; most pieces have none'),
  candidates: z
    .array(z.int().min(0).max(1_000_000))
    .max(3 * 3 * 64)
    .optional()
    .describe(
      'Triples (piece, index into `classes`, ppm), flattened: what an unresolved device most ' +
        'probably is, at most three a piece and as far as `classes` has room',
    ),
});

export type Classification = z.infer<typeof classification>;

export const piecesClassified = defineEvent({
  name: 'pieces.classified',
  summary:
    'A frame verbatim with the classifier\'s answer: {"scan": <the station\'s bytes>, "classification": {…}}.',
  docs:
    'The classifier adds and never re-writes: the bytes of `scan` are those that the station ' +
    'sealed.',
  by: ['classifier'],
  subject: 'run',
  epcis: {
    event: 'ObjectEvent',
    action: 'OBSERVE',
    bizStep: 'sensor_reporting',
    disposition: 'in_progress',
    readPoint: 'source',
  },
  dataBytesMax: FRAME_DATA_BYTES_MAX + CLASSIFICATION_BYTES_MAX + 32,
  schema: z.strictObject({ scan: pieceFrame, classification }),
  examples: [
    {
      scan: {
        runId: 'north.run-20261124-001',
        offsetMs: [0],
        massMg: [412_000],
        massMethod: 'volume-model',
        massUncertaintyPpm: 80_000,
        outlet: [0],
        ppm: { Cu: [810] },
        sensorModel: 'xrf-belt-1',
        calibrationId: 'cal-2026-11-20',
        recipe: 'steel-shred-1',
      },
      classification: {
        model: 'steel-bayes-1',
        modelDigest: '9a'.repeat(32),
        classes: ['carbon-steel'],
        flags: [],
        class: [0],
        confidencePpm: [981_000],
        flagged: [],
      },
    },
  ],
});
