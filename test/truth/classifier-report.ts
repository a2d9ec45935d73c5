import {
  DEVICE_MODEL,
  type ModelNames,
  RECIPES,
  SENSOR_MODELS,
  classifyFrame,
  digestOf,
  pieceModel,
} from '#materials';
import { drawPieces } from './draw-pieces.js';
import type { Band } from './bands.js';
import { type Judgement, judgeAll } from './judge-classifier.js';
import { type DeviceJudgement, judgeDevices } from './judge-devices.js';
import { grouped, percent, table } from './markdown.js';
import { Random } from './random.js';

const PIECES = 200_000;
const GOLDEN_PIECES = 2_000;
const DEVICES = 60_000;

const HEAD = `# The classifier against simulated truth

Made by \`npm run coverage-report\`; a spec makes it again and compares every byte. No open data set of
real scrap readings exists, so this is the classifier in the world that its books describe, and says
nothing about real scrap (see \`docs/truth.md\`). ${grouped(PIECES)} pieces a model, drawn from a seed.

- **Calibration**: of the pieces whose confidence lies in a band, how many are right, beside what was
  said of them. Pieces that stay unresolved are in no band.
- **Confusion**: rows are the truth, columns what was said, each row 100 %; by count and by mass apart.
- **Golden pieces**: SHA-256 over classes, confidences and flags of ${grouped(GOLDEN_PIECES)} pieces. It is the same on
  every machine, or the model has changed.
`;

/** Digest of the answers to a fixed set of pieces. */
export function goldenDigest({ sensorModel, recipe }: ModelNames): string {
  const sensor = SENSOR_MODELS.models.find((entry) => entry.sensorModel === sensorModel)!;
  const found = RECIPES.recipes.find((entry) => entry.recipe === recipe)!;
  const pieces = drawPieces(found, sensor, GOLDEN_PIECES, new Random(2_000));
  const answer = classifyFrame(pieces, pieceModel(sensorModel, recipe));
  return digestOf({
    class: [...answer.class],
    confidencePpm: [...answer.confidencePpm],
    flagged: answer.flagged,
  });
}

const bandName = (from: number, to: number): string =>
  to > 1_000_000
    ? `from ${percent(from, 1e6, 0)}`
    : `${percent(from, 1e6, 0)} to ${percent(to, 1e6, 0)}`;

function calibration({ bands, ninety }: { bands: readonly Band[]; ninety: Band }): string {
  return table(
    ['confidence', 'pieces', 'said', 'right'],
    [...bands, ninety].map(({ fromPpm, toPpm, pieces, right, saidPpm }) => [
      bandName(fromPpm, toPpm),
      grouped(pieces),
      percent(saidPpm, pieces * 1e6, 2),
      percent(right, pieces, 2),
    ]),
  );
}

const confusion = (cells: readonly (readonly number[])[], classes: readonly string[]): string =>
  table(
    ['truth', ...classes],
    cells.map((row, at) => {
      const sum = row.reduce((total, cell) => total + cell, 0);
      return [classes[at]!, ...row.map((cell) => (cell === 0 ? '' : percent(cell, sum, 2)))];
    }),
  );

function section(judged: Judgement): string {
  const { names, model, counts, massMg, implausible, pieces } = judged;
  return [
    `## ${names.sensorModel}, ${names.recipe}`,
    `Model \`${model.id}\`, digest \`${model.digest}\`, golden pieces \`${goldenDigest(names)}\`. Implausible by mistake: ${percent(implausible, pieces, 3)}.`,
    calibration(judged),
    'By count:',
    confusion(counts, model.classes),
    'By mass:',
    confusion(massMg, model.classes),
  ].join('\n\n');
}

const CATEGORIES = [1, 2, 3, 4, 5, 6].map((category) => `WEEE ${category}`);

function devicesSection(judged: DeviceJudgement): string {
  return [
    '## Devices by camera, label and mass',
    `Model \`${DEVICE_MODEL.id}\`, digest \`${DEVICE_MODEL.digest}\`; ${grouped(judged.devices)} devices, all products equally often, labels readable on 40 % (assumed). Confusion by WEEE category.`,
    calibration(judged),
    'By count:',
    confusion(judged.counts, [...CATEGORIES, 'unresolved']),
    'By mass:',
    confusion(judged.massMg, [...CATEGORIES, 'unresolved']),
  ].join('\n\n');
}

export interface ClassifierReport {
  readonly judgements: readonly Judgement[];
  readonly devices: DeviceJudgement;
  readonly text: string;
}

export function classifierReport(): ClassifierReport {
  const judgements = judgeAll(PIECES);
  const devices = judgeDevices(DEVICES, new Random(60));
  const sections = [...judgements.map(section), devicesSection(devices)];
  return { judgements, devices, text: `${HEAD}\n${sections.join('\n\n')}\n` };
}
