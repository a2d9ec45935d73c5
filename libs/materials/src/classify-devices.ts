import { DEVICE_RECOGNITION } from './books/device-recognition.js';
import { PRODUCT_KEYS } from './books/product-keys.js';
import { HAZARDS } from './books/hazards.js';
import { digestOf } from './canonical-json.js';
import type { FrameClasses } from './classify-frame.js';
import { exactExp, exactLog } from './exact-math.js';
import { findHazards } from './find-hazards.js';
import { HAZARD_CLASSES, HAZARD_FLAGS, PIECE_FLAGS, UNRESOLVED } from './piece-model.js';

const CODE_VERSION = 'device-bayes-2';
/** Candidates that are told of a device that stays unresolved. */
const CANDIDATES_MAX = 3;
const { floor, min } = Math;

/** Slug of a product key, as events name products. */
export const productSlug = (key: string): string => `unu-${key}`;

/** The model that names devices by camera, label and mass. */
export const DEVICE_MODEL = {
  id: CODE_VERSION,
  /** What a frame of devices names as its sensor model. */
  sensorModel: 'camera-label-1',
  /** SHA-256, hex, over the books in use and the code's version. */
  digest: digestOf({
    code: CODE_VERSION,
    recognition: DEVICE_RECOGNITION,
    products: PRODUCT_KEYS,
    hazards: HAZARDS,
  }),
  classes: [...PRODUCT_KEYS.keys.map(({ key }) => productSlug(key)), UNRESOLVED],
  flags: PIECE_FLAGS,
  allClasses: [
    ...PRODUCT_KEYS.keys.map(({ key }) => productSlug(key)),
    UNRESOLVED,
    ...HAZARD_CLASSES,
  ],
  allFlags: [...PIECE_FLAGS, ...HAZARD_FLAGS],
} as const;

/** What was seen of devices before they were opened, in columns. */
export interface DeviceReadings {
  readonly massMg: readonly (number | null)[];
  /** Names that the other columns index into: product slugs, and labels of hazards. */
  readonly names: readonly string[];
  /** What the camera took it for; null nothing. */
  readonly seen: readonly (number | null)[];
  /** What its label says; null none that could be read. */
  readonly label: readonly (number | null)[];
  /**
   * Share of each product among the devices before anything is seen, ppm together 1,000,000; absent:
   * all the same.
   */
  readonly priorsPpm?: Readonly<Record<string, number>>;
}

const KEYS = PRODUCT_KEYS.keys;
const INDEX = new Map(KEYS.map(({ key }, at) => [productSlug(key), at]));
const PEERS = KEYS.map(
  ({ weeeCategory }) => KEYS.filter((other) => other.weeeCategory === weeeCategory).length - 1,
);
const SPREAD = DEVICE_RECOGNITION.mass.logDeviation / 1_000;
/** ln of the median mass, mg: the book has the mean. */
const LOG_MEDIAN = KEYS.map(({ meanMassG }) => exactLog(meanMassG * 1_000) - (SPREAD * SPREAD) / 2);

/** P(camera says `said` | it is `truth`), as a logarithm. */
function cameraTerm(said: number, truth: number): number {
  const { rightPpm, withinCategoryPpm } = DEVICE_RECOGNITION.camera;
  if (said === truth) return exactLog(rightPpm / 1_000_000);
  const wrong = 1 - rightPpm / 1_000_000;
  const within = withinCategoryPpm / 1_000_000;
  const peers = PEERS[truth]!;
  const others = KEYS.length - 1 - peers;
  if (KEYS[said]!.weeeCategory === KEYS[truth]!.weeeCategory) {
    return exactLog((wrong * within) / peers);
  }
  // A category of one has no peers to err to.
  return exactLog((wrong * (peers === 0 ? 1 : 1 - within)) / others);
}

const CAMERA = KEYS.map((_said, said) => KEYS.map((_truth, truth) => cameraTerm(said, truth)));
const LABEL_RIGHT = exactLog(DEVICE_RECOGNITION.label.rightPpm / 1_000_000);
const LABEL_WRONG = exactLog(
  (1 - DEVICE_RECOGNITION.label.rightPpm / 1_000_000) / (KEYS.length - 1),
);

export interface DeviceClasses extends FrameClasses {
  /**
   * Triples (device, index into the model's `classes`, ppm), flattened: of each unresolved device of
   * which something was seen the most probable products, the best first.
   */
  readonly candidates: readonly number[];
}

/** Most probable product of every device: prior × camera × label × mass. */
export function classifyDevices(devices: DeviceReadings): DeviceClasses {
  const { massMg, names, seen, label, priorsPpm } = devices;
  const hazards = findHazards({ massMg, ppm: {}, label, labels: names });
  const index = names.map((name) => INDEX.get(name) ?? -1);
  const logPriors = KEYS.map(({ key }) => {
    const prior = priorsPpm === undefined ? 1 : (priorsPpm[productSlug(key)] ?? 0);
    return prior > 0 ? exactLog(prior) : -Infinity;
  });
  const answer = {
    class: new Uint8Array(massMg.length),
    confidencePpm: new Uint32Array(massMg.length),
    flagged: new Array<number>(),
    candidates: new Array<number>(),
    hasHazard: hazards !== undefined,
  };
  for (let device = 0; device < massMg.length; device++) {
    const hazard = hazards?.at[device] ?? -1;
    if (hazard >= 0) {
      answer.class[device] = DEVICE_MODEL.classes.length + hazard;
      answer.confidencePpm[device] = hazards!.rightPpm[device]!;
      answer.flagged.push(device, PIECE_FLAGS.length + hazard);
      continue;
    }
    const sight = {
      camera: index[seen[device] ?? -1] ?? -1,
      label: index[label[device] ?? -1] ?? -1,
      massMg: massMg[device] ?? null,
    };
    decideDevice(device, sight, logPriors, answer);
  }
  return answer;
}

interface Sight {
  readonly camera: number;
  readonly label: number;
  readonly massMg: number | null;
}

type Answer = Pick<FrameClasses, 'class' | 'confidencePpm'> & {
  readonly flagged: number[];
  readonly candidates: number[];
};

const posterior = new Float64Array(KEYS.length);

function decideDevice(
  device: number,
  { camera, label, massMg }: Sight,
  logPriors: readonly number[],
  answer: Answer,
): void {
  const logMass = massMg === null || massMg <= 0 ? undefined : exactLog(massMg);
  let best = 0;
  let nearest = Infinity;
  for (let key = 0; key < KEYS.length; key++) {
    let sum = logPriors[key]!;
    if (camera >= 0) sum += CAMERA[camera]![key]!;
    if (label >= 0) sum += label === key ? LABEL_RIGHT : LABEL_WRONG;
    if (logMass !== undefined) {
      const z = (logMass - LOG_MEDIAN[key]!) / SPREAD;
      sum -= (z * z) / 2;
      // Of what prior, camera and label leave open; a key that nobody named explains no mass.
      if (key === camera || key === label || (camera < 0 && label < 0)) {
        nearest = min(nearest, z < 0 ? -z : z);
      }
    }
    posterior[key] = sum;
    if (sum > posterior[best]!) best = key;
  }
  let total = 0;
  for (const sum of posterior) total += exactExp(sum - posterior[best]!);
  const confidencePpm = floor(1_000_000 / total + 0.5);
  const { confidenceThresholdPpm, implausibleDeviations } = DEVICE_RECOGNITION.decision;
  const isImplausible = logMass !== undefined && nearest > implausibleDeviations;
  const isBlind = camera < 0 && label < 0 && logMass === undefined;
  const isUnresolved = confidencePpm < confidenceThresholdPpm || isBlind;
  answer.class[device] = isUnresolved || isImplausible ? KEYS.length : best;
  answer.confidencePpm[device] = isImplausible ? 0 : confidencePpm;
  if (isUnresolved) answer.flagged.push(device, PIECE_FLAGS.indexOf('unresolved'));
  if (isUnresolved && !isBlind && !isImplausible) {
    addCandidates(device, posterior[best]!, total, answer.candidates);
  }
  if (isImplausible) answer.flagged.push(device, PIECE_FLAGS.indexOf('implausible'));
}

function addCandidates(device: number, peak: number, total: number, candidates: number[]): void {
  const order = KEYS.map((_key, at) => at).sort((a, b) => posterior[b]! - posterior[a]! || a - b);
  for (const key of order.slice(0, CANDIDATES_MAX)) {
    const ppm = floor((1_000_000 * exactExp(posterior[key]! - peak)) / total + 0.5);
    if (ppm > 0) candidates.push(device, key, ppm);
  }
}
