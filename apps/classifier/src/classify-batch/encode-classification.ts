import { Buffer } from 'node:buffer';
import { CLASSIFICATION_BYTES_MAX, type Classification, invariant } from '#contracts';
import type { FrameClasses, SteelModel } from '#materials';

const OPEN = Buffer.from('{"scan":');

/** What is the same for every frame of a model, up to the first column. */
const prefixes = new WeakMap<SteelModel, string>();

function prefixOf(model: SteelModel): string {
  const existing = prefixes.get(model);
  if (existing !== undefined) return existing;
  const head: Omit<Classification, 'class' | 'confidencePpm' | 'flagged'> = {
    model: model.id,
    modelDigest: model.digest,
    classes: [...model.classes],
    flags: [...model.flags],
  };
  const prefix = `${JSON.stringify(head).slice(0, -1)},"class":[`;
  prefixes.set(model, prefix);
  return prefix;
}

/**
 * The data of `pieces.classified`: `{"scan":` the station's bytes `,"classification":{…}}`. The
 * station's bytes are copied as they are, so that whoever holds its seal can still check them.
 * Throws an InvariantError above 14,000 bytes of classification.
 */
export function encodeClassifiedFrame(
  scan: Buffer,
  model: SteelModel,
  answer: FrameClasses,
): Buffer {
  const columns = `${answer.class.join(',')}],"confidencePpm":[${answer.confidencePpm.join(',')}]`;
  const classification = `${prefixOf(model)}${columns},"flagged":[${answer.flagged.join(',')}]}`;
  // All ASCII: one byte a character.
  const bytes = classification.length;
  invariant(
    bytes <= CLASSIFICATION_BYTES_MAX,
    `a classification of ${bytes} bytes is above ${CLASSIFICATION_BYTES_MAX}`,
  );
  return Buffer.concat([OPEN, scan, Buffer.from(`,"classification":${classification}}`, 'latin1')]);
}
