import { Buffer } from 'node:buffer';
import { CLASSIFICATION_BYTES_MAX, type Classification, invariant } from '#contracts';
import type { FrameClasses, FrameRecognition, PieceModel } from '#materials';

const OPEN = Buffer.from('{"scan":');

interface Prefixes {
  readonly plain: string;
  /** With the hazards' classes and flags, which hardly any frame needs. */
  readonly withHazards: string;
}

/** What is the same for every frame of a model, up to the first column. */
const prefixes = new WeakMap<PieceModel, Prefixes>();

function prefixesOf(model: PieceModel): Prefixes {
  const existing = prefixes.get(model);
  if (existing !== undefined) return existing;
  const made = {
    plain: prefix(model, model.classes, model.flags),
    withHazards: prefix(model, model.allClasses, model.allFlags),
  };
  prefixes.set(model, made);
  return made;
}

function prefix(model: PieceModel, classes: readonly string[], flags: readonly string[]): string {
  const head: Omit<Classification, 'class' | 'confidencePpm' | 'flagged'> = {
    model: model.id,
    modelDigest: model.digest,
    classes: [...classes],
    flags: [...flags],
  };
  return `${JSON.stringify(head).slice(0, -1)},"class":[`;
}

/**
 * The data of `pieces.classified`: `{"scan":` the station's bytes `,"classification":{…}}`. The
 * station's bytes are copied as they are, so that whoever holds its seal can still check them.
 * Throws an InvariantError above 14,000 bytes of classification.
 */
export function encodeClassifiedFrame(
  scan: Buffer,
  model: PieceModel,
  answer: FrameClasses,
): Buffer {
  const { plain, withHazards } = prefixesOf(model);
  const columns = `${answer.class.join(',')}],"confidencePpm":[${answer.confidencePpm.join(',')}]`;
  return wrap(
    scan,
    `${answer.hasHazard ? withHazards : plain}${columns},"flagged":[${answer.flagged.join(',')}]}`,
  );
}

/** The same of a frame of devices, whose lists are its own. */
export const encodeRecognisedFrame = (scan: Buffer, answer: FrameRecognition): Buffer =>
  wrap(scan, JSON.stringify(answer));

function wrap(scan: Buffer, classification: string): Buffer {
  // All ASCII: one byte a character.
  const bytes = classification.length;
  invariant(
    bytes <= CLASSIFICATION_BYTES_MAX,
    `a classification of ${bytes} bytes is above ${CLASSIFICATION_BYTES_MAX}`,
  );
  return Buffer.concat([OPEN, scan, Buffer.from(`,"classification":${classification}}`, 'latin1')]);
}
