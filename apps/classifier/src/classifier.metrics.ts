import { DEVICE_MODEL, HAZARD_FLAGS, PIECE_FLAGS, RECIPES, compositionsOf } from '#materials';
import { REJECT_REASONS } from '#contracts';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Whether the frame's sensor model and recipe are in the books. */
type FrameOutcome = 'classified' | 'unknown-model';
const FRAME_OUTCOMES: readonly FrameOutcome[] = ['classified', 'unknown-model'];

/**
 * What this process did, counted once the broker had it. After a restart a batch may be done again,
 * so these are figures of work, never of material: those come from the ledger.
 */
export interface ClassifierMetrics {
  readonly pieces: Counter<'class'>;
  readonly flags: Counter<'flag'>;
  readonly frames: Counter<'outcome'>;
  readonly rejects: Counter<'reason'>;
  readonly seconds: Histogram;
}

export function classifierMetrics(registry: Registry): ClassifierMetrics {
  const registers = [registry];
  const metrics: ClassifierMetrics = {
    pieces: new Counter({
      name: 'urbanmine_classifier_pieces_total',
      help: 'Pieces by the class they were given; unresolved is a class of its own',
      labelNames: ['class'],
      registers,
    }),
    flags: new Counter({
      name: 'urbanmine_classifier_flags_total',
      help: 'Flags raised on pieces; a piece may have several',
      labelNames: ['flag'],
      registers,
    }),
    frames: new Counter({
      name: 'urbanmine_classifier_frames_total',
      help: 'Frames by whether their sensor model and recipe are in the books',
      labelNames: ['outcome'],
      registers,
    }),
    rejects: new Counter({
      name: 'urbanmine_classifier_rejects_total',
      help: 'Records that no schema accepts: kept as a dead letter and marked in the stream',
      labelNames: ['reason'],
      registers,
    }),
    seconds: new Histogram({
      name: 'urbanmine_classifier_batch_seconds',
      help: 'Time to classify the records of a batch, without waiting for the broker',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers,
    }),
  };
  // A series that appears with its first event has no rate at that event.
  const names = RECIPES.recipes.flatMap((recipe) =>
    compositionsOf(recipe).classes.map((entry) => entry.class),
  );
  for (const name of new Set([...names, ...DEVICE_MODEL.allClasses]))
    metrics.pieces.inc({ class: name }, 0);
  for (const flag of [...PIECE_FLAGS, ...HAZARD_FLAGS]) metrics.flags.inc({ flag }, 0);
  for (const outcome of FRAME_OUTCOMES) metrics.frames.inc({ outcome }, 0);
  for (const reason of REJECT_REASONS) metrics.rejects.inc({ reason }, 0);
  return metrics;
}
