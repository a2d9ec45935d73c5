import {
  DEVICE_RECOGNITION,
  PRODUCT_KEYS,
  classifyDevices,
  exactExp,
  exactLog,
  productSlug,
} from '#materials';
import { type Band, band } from './bands.js';
import type { Random } from './random.js';

const { floor } = Math;
const KEYS = PRODUCT_KEYS.keys;
const CATEGORIES = 6;
/** Share of devices whose label can be read; assumed. */
const READABLE = 0.4;

export interface DeviceJudgement {
  readonly devices: number;
  readonly ninety: Band;
  readonly bands: readonly Band[];
  /** [true WEEE category − 1][said − 1]; the last is unresolved. */
  readonly counts: readonly number[][];
  readonly massMg: readonly number[][];
}

/** An index other than `truth`, evenly among those that pass. */
function another(truth: number, random: Random, passes: (key: number) => boolean): number {
  const others = KEYS.map((_key, at) => at).filter((at) => at !== truth && passes(at));
  return others[floor(random.unit() * others.length)] ?? truth;
}

function look(truth: number, random: Random): number {
  const { rightPpm, withinCategoryPpm } = DEVICE_RECOGNITION.camera;
  if (random.unit() < rightPpm / 1e6) return truth;
  const own = KEYS[truth]!.weeeCategory;
  const hasPeers = KEYS.some(({ weeeCategory }, at) => at !== truth && weeeCategory === own);
  const within = hasPeers && random.unit() < withinCategoryPpm / 1e6;
  return another(truth, random, (key) => (KEYS[key]!.weeeCategory === own) === within);
}

/** Devices as the books say they are, seen as the recognition book says they are seen. */
export function judgeDevices(devices: number, random: Random): DeviceJudgement {
  const truth: number[] = [];
  const frame = {
    massMg: new Array<number | null>(),
    names: KEYS.map(({ key }) => productSlug(key)),
    seen: new Array<number | null>(),
    label: new Array<number | null>(),
  };
  const spread = DEVICE_RECOGNITION.mass.logDeviation / 1_000;
  const labelRight = DEVICE_RECOGNITION.label.rightPpm / 1e6;
  for (let device = 0; device < devices; device++) {
    const key = floor(random.unit() * KEYS.length);
    const centre = exactLog(KEYS[key]!.meanMassG * 1_000) - (spread * spread) / 2;
    truth.push(key);
    frame.massMg.push(floor(exactExp(centre + spread * random.normal())) + 1);
    frame.seen.push(look(key, random));
    const isReadable = random.unit() < READABLE;
    const isRight = random.unit() < labelRight;
    frame.label.push(isReadable ? (isRight ? key : another(key, random, () => true)) : null);
  }
  const answer = classifyDevices(frame);
  const empty = (): number[][] =>
    Array.from({ length: CATEGORIES }, () => new Array<number>(CATEGORIES + 1).fill(0));
  const judged = {
    devices,
    ninety: band(880_000, 920_000),
    bands: [
      band(800_000, 850_000),
      band(850_000, 950_000),
      band(950_000, 990_000),
      band(990_000, 1_000_001),
    ],
    counts: empty(),
    massMg: empty(),
  };
  for (let device = 0; device < devices; device++) {
    const said = answer.class[device]!;
    const from = KEYS[truth[device]!]!.weeeCategory - 1;
    const to = (KEYS[said]?.weeeCategory ?? CATEGORIES + 1) - 1;
    judged.counts[from]![to]! += 1;
    judged.massMg[from]![to]! += frame.massMg[device]!;
    for (const one of [...judged.bands, judged.ninety]) {
      one.count(answer.confidencePpm[device]!, said === truth[device]);
    }
  }
  return judged;
}
