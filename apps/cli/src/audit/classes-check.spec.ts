import { describe, expect, it } from '@jest/globals';
import { type DataOf, decodeEntry, encodeEntry } from '#contracts';
import { type StreamRecord, decodeRecord } from '#custody';
import {
  DEVICE_MODEL,
  KNOWN_MODELS,
  RECIPES,
  SENSOR_MODELS,
  classifyFrame,
  pieceModel,
  readingsOf,
  recogniseFrame,
} from '#materials';
import { id } from '../../../../test/arbitraries/site-day.js';
import { Station } from '../../../../test/arbitraries/site-stream.js';
import { classificationOf } from '../../../../test/truth/classification.js';
import { drawPieces } from '../../../../test/truth/draw-pieces.js';
import { Random } from '../../../../test/truth/random.js';
import { ClassesCheck } from './classes-check.js';
import { Findings } from './findings.js';

const RUN = id('run-1');
const FRAME = 50;
const FRAMES = 40;
type Frame = DataOf<'piecesClassified'>;

/** A frame that a sensor of the model drew, as the classifier answers it. */
function frameOf({ sensorModel, recipe }: (typeof KNOWN_MODELS)[number], random: Random): Frame {
  const sensor = SENSOR_MODELS.models.find((one) => one.sensorModel === sensorModel)!;
  const drawn = drawPieces(
    RECIPES.recipes.find((one) => one.recipe === recipe)!,
    sensor,
    FRAME,
    random,
  );
  const pieces = drawn.massMg.map((_mass, piece) => piece);
  const scan = {
    runId: RUN,
    offsetMs: pieces,
    massMg: drawn.massMg,
    massMethod: 'volume-model' as const,
    massUncertaintyPpm: 80_000,
    outlet: pieces.map(() => 0),
    ppm: { ...drawn.ppm },
    // One battery, so that hazards' classes and flags are needed too.
    recognised: {
      names: ['battery-lead'],
      seen: pieces.map(() => null),
      label: pieces.map((piece) => (piece === 7 ? 0 : null)),
    },
    sensorModel,
    calibrationId: 'cal-1',
    recipe,
  };
  const model = pieceModel(sensorModel, recipe);
  const answer = classifyFrame(readingsOf(scan), model);
  return {
    scan,
    classification: classificationOf(model, answer),
  };
}

/** Into the bytes of a log and back. */
function throughLog(frame: Frame): StreamRecord {
  const { attributes, value } = new Station('sorter').say('piecesClassified', RUN, frame);
  const { attributes: read, data, body } = decodeEntry(encodeEntry(attributes, value));
  return decodeRecord({ attributes: read, value: data, ingestTimeMs: 0, body });
}

function check(...frames: readonly Frame[]): { found: string[]; counts: object } {
  const findings = new Findings();
  const classes = new ClassesCheck(findings);
  frames.forEach((frame, index) => {
    classes.visit(throughLog(frame), index);
  });
  return { found: findings.kept.map(({ what }) => what), counts: classes.counts() };
}

const [names] = KNOWN_MODELS;
const one = frameOf(names!, new Random(1));
const altered = (change: Partial<Frame['classification']>): Frame => ({
  ...one,
  classification: { ...one.classification, ...change },
});
const first = (column: readonly number[], value: number): number[] => [value, ...column.slice(1)];

describe('classes of a log', () => {
  it.each(KNOWN_MODELS)('of $sensorModel with $recipe are made again, all 2,000', (pair) => {
    const random = new Random(2_000);
    const frames = Array.from({ length: FRAMES }, () => frameOf(pair, random));
    expect(frames[0]!.classification.flags).toContain('hazard:battery-lead');
    const counts = { classified: FRAME * FRAMES, ofOtherModels: 0 };
    expect(check(...frames)).toEqual({ found: [], counts });
  });

  it('differ where a class, a confidence or a flag was altered by one', () => {
    const { class: classes, confidencePpm, flagged } = one.classification;
    const other = classes[0] === 0 ? 1 : 0;
    expect(check(altered({ class: first(classes, other) })).found).toEqual([
      expect.stringMatching(
        /^north\.sorter 1795000000\.1, piece 0: the model makes .*, the log says/,
      ),
    ]);
    const lower = first(confidencePpm, confidencePpm[0]! - 1);
    expect(check(altered({ confidencePpm: lower })).found).toHaveLength(1);
    expect(check(altered({ flagged: flagged.slice(2) })).found).toEqual([
      expect.stringContaining('flags: the model makes'),
    ]);
    expect(
      check(altered({ classes: ['other', ...one.classification.classes] })).found,
    ).toHaveLength(1);
    expect(check(altered({ model: 'another' })).found).toHaveLength(1);
  });

  it('of devices are made again with their candidates', () => {
    const scan = {
      ...one.scan,
      offsetMs: [0, 1],
      massMg: [900_000, 2_500_000],
      outlet: [0, 1],
      ppm: {},
      sensorModel: DEVICE_MODEL.sensorModel,
      recognised: { names: ['unu-0303'], seen: [0, 0], label: [0, null] },
    };
    const {
      classes,
      flags,
      class: named,
      confidencePpm,
      flagged,
      candidates,
      ...model
    } = recogniseFrame(scan);
    const classification = {
      ...model,
      classes: [...classes],
      flags: [...flags],
      class: [...named],
      confidencePpm: [...confidencePpm],
      flagged: [...flagged],
      candidates: [...candidates],
    };
    const counts = { classified: 2, ofOtherModels: 0 };
    expect(check({ scan, classification })).toEqual({ found: [], counts });
    const better = candidates.map((cell, at) => (at === 2 ? cell + 1 : cell));
    expect(
      check({ scan, classification: { ...classification, candidates: better } }).found,
    ).toEqual([expect.stringContaining('candidates: the model makes')]);
  });

  it('are not judged where the model is of another version', () => {
    const counts = { classified: 0, ofOtherModels: FRAME };
    expect(check(altered({ modelDigest: '00'.repeat(32) }))).toEqual({ found: [], counts });
  });
});
