import type { DataOf } from '#contracts';
import type { StreamRecord } from '#custody';
import {
  DEVICE_MODEL,
  type PieceModel,
  canonicalJson,
  classifyFrame,
  isDeviceFrame,
  pieceModel,
  readingsOf,
  recogniseFrame,
} from '#materials';
import type { Findings } from './findings.js';

export interface ClassCounts {
  /** Pieces of which class, confidence and flags were made again. */
  readonly classified: number;
  /** Pieces whose frame names a model that this version does not have. */
  readonly ofOtherModels: number;
}

/**
 * Classifies every frame of a log again by the model that it names: class, confidence and flags of
 * each piece must be the same to the last digit. A frame of a model with another digest is counted
 * and not judged: whoever has that version's books can.
 */
export class ClassesCheck {
  private classified = 0;
  private ofOtherModels = 0;

  constructor(private readonly findings: Findings) {}

  visit({ attributes, typed }: StreamRecord, index: number): void {
    if (typed.key !== 'piecesClassified') return;
    const { scan, classification } = typed.data;
    const pieces = scan.massMg.length;
    const model = isDeviceFrame(scan) ? null : pieceModel(scan.sensorModel, scan.recipe);
    if ((model ?? DEVICE_MODEL).digest !== classification.modelDigest) {
      this.ofOtherModels += pieces;
      return;
    }
    this.classified += pieces;
    const what = model === null ? deviceDifference(typed.data) : pieceDifference(typed.data, model);
    if (what === null) return;
    const { source, boot, seq } = attributes;
    this.findings.add('class-differs', index, `${source} ${boot}.${seq}, ${what}`);
  }

  counts(): ClassCounts {
    return { classified: this.classified, ofOtherModels: this.ofOtherModels };
  }
}

/** A frame of devices carries lists of its own, so all of its answer is compared. */
function deviceDifference({ scan, classification }: DataOf<'piecesClassified'>): string | null {
  const made = recogniseFrame(scan);
  for (const [name, column] of Object.entries(made)) {
    const said = classification[name as keyof typeof classification];
    const [should, is] = [canonicalJson(column), canonicalJson(said ?? [])];
    if (should !== is) return `${name}: the model makes ${should}, the log says ${is}`;
  }
  return null;
}

/** The first piece that differs, for people. */
function pieceDifference(
  { scan, classification: said }: DataOf<'piecesClassified'>,
  model: PieceModel,
): string | null {
  const made = classifyFrame(readingsOf(scan), model);
  const classes = made.hasHazard ? model.allClasses : model.classes;
  const flags = made.hasHazard ? model.allFlags : model.flags;
  if (said.model !== model.id) return `the model's name is ${model.id}, the log says ${said.model}`;
  for (let piece = 0; piece < made.class.length; piece++) {
    const [should, is] = [classes[made.class[piece]!], said.classes[said.class[piece]!]];
    const [expected, stated] = [made.confidencePpm[piece], said.confidencePpm[piece]];
    if (should === is && expected === stated) continue;
    return (
      `piece ${piece}: the model makes ${should} at ${expected} ppm of confidence, ` +
      `the log says ${is} at ${stated} ppm`
    );
  }
  const [expected, stated] = [told(made.flagged, flags), told(said.flagged, said.flags)];
  return expected === stated ? null : `flags: the model makes ${expected}, the log says ${stated}`;
}

const told = (flagged: readonly number[], flags: readonly string[]): string =>
  flagged.map((one, at) => (at % 2 === 0 ? `${one}:` : (flags[one] ?? '?'))).join(' ') || 'none';
