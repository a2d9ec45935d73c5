import type { DataOf } from '#contracts';
import type { FrameClasses, PieceModel } from '#materials';

/** What a classifier writes beside a frame. */
export const classificationOf = (
  model: PieceModel,
  answer: FrameClasses,
): DataOf<'piecesClassified'>['classification'] => ({
  model: model.id,
  modelDigest: model.digest,
  classes: [...(answer.hasHazard ? model.allClasses : model.classes)],
  flags: [...(answer.hasHazard ? model.allFlags : model.flags)],
  class: [...answer.class],
  confidencePpm: [...answer.confidencePpm],
  flagged: [...answer.flagged],
});
