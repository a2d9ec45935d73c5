import { DEVICE_MODEL, DEVICE_RECOGNITION, PRODUCT_KEYS, productSlug } from '#materials';
import { drawDeviceMg, medianMassMg } from './device-masses.js';
import { TRIAGE as FIGURES } from './plant-book.js';
import { Random } from './random.js';
import { type RunState, takeIn } from './run-state.js';
import {
  type Eye,
  type EyeOptions,
  type FrameAsked,
  type Sight,
  type World,
  drawClass,
} from './world.js';

/**
 * The truth about devices as a collection point has them. A camera, a label reader and a scale name
 * each before anything is opened, and a diverter sends it to the devices of its WEEE category. What
 * comes off goes to who takes devices apart, so no device is booked twice.
 */

const KEYS = PRODUCT_KEYS.keys;

interface Item {
  /** Slug of the product, or what the label of a loose battery says. */
  readonly name: string;
  readonly medianMg: number;
  /** Index into the product keys; absent: it is a battery. */
  readonly key?: number;
}

const ITEMS: readonly Item[] = [
  ...FIGURES.devices.map(({ key }) => ({
    name: productSlug(key),
    medianMg: medianMassMg(key),
    key: KEYS.findIndex((known) => known.key === key),
  })),
  ...FIGURES.looseBatteries.map(({ label, medianMg }) => ({ name: label, medianMg })),
];

let sum = 0;
const UP_TO = [...FIGURES.devices, ...FIGURES.looseBatteries].map(({ share }) => (sum += share));

/** WEEE category and class of what an outlet is meant for; the rest is looked through by hand. */
const BY_CATEGORY = [
  { category: 6, targetClass: 'small-it-devices' },
  { category: 2, targetClass: 'screen-devices' },
  { category: 5, targetClass: 'small-devices' },
] as const;
const REST = BY_CATEGORY.length;

const outletOf = (key: number): number => {
  const outlet = BY_CATEGORY.findIndex(({ category }) => category === KEYS[key]!.weeeCategory);
  return outlet < 0 ? REST : outlet;
};

function drawItem(masses: Random): { readonly classIndex: number; readonly massMg: number } {
  const classIndex = drawClass(masses, UP_TO);
  return { classIndex, massMg: drawDeviceMg(masses, ITEMS[classIndex]!.medianMg) };
}

/** Any of these but one. */
function otherOf(random: Random, keys: readonly number[], key: number): number {
  const others = keys.filter((known) => known !== key);
  return others.length === 0 ? key : others[random.uint32() % others.length]!;
}

const ALL = KEYS.map((_, at) => at);
const PEERS = KEYS.map(({ weeeCategory }) =>
  ALL.filter((at) => KEYS[at]!.weeeCategory === weeeCategory),
);
const STRANGERS = KEYS.map(({ weeeCategory }) =>
  ALL.filter((at) => KEYS[at]!.weeeCategory !== weeeCategory),
);

/** What the camera takes a device for: it errs as the recognition book says. */
function cameraSays(random: Random, key: number): number {
  const { rightPpm, withinCategoryPpm } = DEVICE_RECOGNITION.camera;
  if (random.chance(rightPpm / 1_000_000)) return key;
  const isWithin = random.chance(withinCategoryPpm / 1_000_000);
  return otherOf(random, (isWithin ? PEERS : STRANGERS)[key]!, key);
}

function labelSays(random: Random, key: number): number {
  const isRight = random.chance(DEVICE_RECOGNITION.label.rightPpm / 1_000_000);
  return isRight ? key : otherOf(random, ALL, key);
}

/** Product keys by camera and label, null nothing; of a battery that was noticed its own name. */
interface Seen {
  readonly camera: number | null;
  readonly label: number | null;
  readonly hazard?: string;
}

/** A battery that nobody notices looks like some small thing. */
const SMALL = ALL.filter((at) => KEYS[at]!.meanMassG < 1_000);

function see(random: Random, item: Item): Seen {
  const isSeen = random.chance(FIGURES.cameraSees.value);
  const { key } = item;
  if (key === undefined) {
    const isNoticed = random.chance(FIGURES.batterySeen.value);
    const camera = SMALL[random.uint32() % SMALL.length]!;
    if (isNoticed) return { camera: null, label: null, hazard: item.name };
    return { camera: isSeen ? camera : null, label: null };
  }
  const camera = isSeen ? cameraSays(random, key) : null;
  const label = random.chance(FIGURES.labelRead.value) ? labelSays(random, key) : null;
  return { camera, label };
}

class Camera implements Eye {
  readonly #world: Random;
  readonly #noPpm = new Float64Array(0);

  constructor({ seed, line }: EyeOptions) {
    this.#world = new Random(`${seed}/pieces/${line}`);
  }

  look(run: RunState, masses: Random, { pieces, windowMs }: FrameAsked): Sight {
    const world = this.#world;
    const names = new Names();
    const massMg = new Array<number>(pieces);
    const outlet = new Array<number>(pieces);
    const seen = new Array<number | null>(pieces);
    const label = new Array<number | null>(pieces);
    const noise = FIGURES.massReadingPpm.value / 1_000_000;
    for (let at = 0; at < pieces; at++) {
      const { classIndex, massMg: mass } = drawItem(masses);
      const found = see(world, ITEMS[classIndex]!);
      const decided = found.label ?? found.camera;
      const meant = decided === null ? REST : outletOf(decided);
      const reached = world.chance(FIGURES.diverterHits.value) ? meant : REST;
      massMg[at] = Math.max(1, Math.round(mass * (1 + noise * world.normal())));
      outlet[at] = meant;
      seen[at] = names.ofKey(found.camera);
      label[at] = found.hazard === undefined ? names.ofKey(found.label) : names.of(found.hazard);
      // A battery that was noticed is taken out by hand.
      const isBattery = found.hazard !== undefined;
      const arrival = { massMg: mass, classIndex, truePpm: this.#noPpm, isBattery };
      takeIn(run, isBattery ? meant : reached, arrival);
    }
    run.scanned += pieces;
    return {
      key: 'piecesScanned',
      data: {
        runId: run.plan.runId,
        offsetMs: massMg.map((_, at) => Math.floor((at * windowMs) / pieces)),
        massMg,
        massMethod: 'weighed',
        massUncertaintyPpm: FIGURES.massReadingPpm.value,
        outlet,
        ppm: {},
        sensorModel: DEVICE_MODEL.sensorModel,
        calibrationId: 'none',
        recipe: TRIAGE_LINE.recipe,
        ...(names.all.length === 0 ? {} : { recognised: { names: names.all, seen, label } }),
      },
    };
  }
}

/** Names of a frame, each once. */
class Names {
  readonly all: string[] = [];

  of(name: string): number {
    const at = this.all.indexOf(name);
    return at >= 0 ? at : this.all.push(name) - 1;
  }

  ofKey(key: number | null): number | null {
    return key === null ? null : this.of(productSlug(KEYS[key]!.key));
  }
}

export const TRIAGE_LINE: World = {
  stream: 'ewaste',
  recipe: 'devices-1',
  figures: FIGURES,
  framePiecesMax: 32,
  analytes: [],
  classes: ITEMS.map(({ name }) => name),
  outlets: [...BY_CATEGORY.map(({ targetClass }) => targetClass), 'devices-unsorted'].map(
    (targetClass, outlet) => ({
      outlet,
      targetClass,
      ungraded: 'devices are told by their WEEE category, which is no grade',
    }),
  ),
  staysApart: true,
  floor: { scaleId: 'light', intervalMg: FIGURES.scaleIntervalMg.value },
  delivery: {
    declaredGrade: 'small-devices-mixed',
    ewc: '200136',
    origin: 'municipal collection point',
    isDriedByGate: true,
  },
  dust: 'swept off the belt',
  buyers: {
    product: 'Dismantler Essen',
    rest: 'Dismantler Essen',
    hazards: 'Battery recycler Krefeld',
  },
  treatments: FIGURES.treatments,
  gradeOf: () => undefined,
  drawShares: () => [],
  drawMoisturePpm: (random) => random.between(FIGURES.moisturePpm.low, FIGURES.moisturePpm.high),
  drawMassMg: (masses) => drawItem(masses).massMg,
  openEye: (given) => new Camera(given),
};
