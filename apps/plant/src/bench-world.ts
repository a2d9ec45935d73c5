import { COMPONENTS, productSlug } from '#materials';
import { drawDeviceMg, medianMassMg } from './device-masses.js';
import { BENCH_FIGURES as FIGURES, DEVICES, TREATMENTS } from './plant-book.js';
import { Random } from './random.js';
import { type RunState, takeIn } from './run-state.js';
import { ComponentColumns } from './component-columns.js';
import {
  type Eye,
  type EyeOptions,
  type FrameAsked,
  type Sight,
  type World,
  drawClass,
} from './world.js';

/** The truth about devices on a dismantling bench: what they are and what is in them. */

/** Kinds of parts that the bench has a container for; what is left of a device goes to the last. */
const KINDS = [
  'board',
  'battery-lithium',
  'magnet',
  'motor',
  'cable',
  'capacitor',
  'lamp',
  'plastic',
  'steel',
] as const;
const REST = KINDS.indexOf('steel');

const COMPONENT = KINDS.map((kind) =>
  COMPONENTS.components.find(({ component }) => component === kind)!,
);
const ELEMENTS = [
  ...new Set(COMPONENT.flatMap(({ contents }) => contents.map(({ element }) => element))),
];

interface DeviceKind {
  readonly product: string;
  readonly medianMg: number;
  readonly parts: readonly {
    readonly kind: number;
    readonly share: number;
    readonly chance: number;
  }[];
}

const KINDS_OF_DEVICES: readonly DeviceKind[] = DEVICES.map(({ key, parts }) => ({
  product: productSlug(key),
  medianMg: medianMassMg(key),
  parts: parts.map(({ component, massShare, chance }) => ({
    kind: (KINDS as readonly string[]).indexOf(component),
    share: massShare,
    chance,
  })),
}));

let sum = 0;
const UP_TO = DEVICES.map(({ share }) => (sum += share));

function drawDevice(masses: Random): { readonly device: DeviceKind; readonly massMg: number } {
  const device = KINDS_OF_DEVICES[drawClass(masses, UP_TO)]!;
  return { device, massMg: drawDeviceMg(masses, device.medianMg) };
}

/** Fills `ppm` with a make of the component as its book has it. */
function drawMake(world: Random, kind: number, ppm: Float64Array): void {
  ppm.fill(0);
  let total = 0;
  for (const { element, meanPpm, deviationPpm } of COMPONENT[kind]!.contents) {
    const share = Math.max(0, meanPpm + deviationPpm * world.normal());
    ppm[ELEMENTS.indexOf(element)] = share;
    total += share;
  }
  if (total > 1_000_000) for (let at = 0; at < ppm.length; at++) ppm[at]! *= 1_000_000 / total;
}

/** A person at a bench: names the device by its label, weighs it, and takes it apart. */
class Bench implements Eye {
  readonly #world: Random;
  readonly #ppm = new Float64Array(ELEMENTS.length);

  constructor({ seed, line }: EyeOptions) {
    this.#world = new Random(`${seed}/pieces/${line}`);
  }

  look(run: RunState, masses: Random, { pieces, windowMs }: FrameAsked): Sight {
    const products = KINDS_OF_DEVICES.map(({ product }) => product);
    const product = new Array<number>(pieces);
    const massMg = new Array<number>(pieces);
    const parts = new ComponentColumns(COMPONENT);
    for (let at = 0; at < pieces; at++) {
      const { device, massMg: mass } = drawDevice(masses);
      const isRight = this.#world.chance(FIGURES.labelRight.value);
      product[at] = isRight
        ? products.indexOf(device.product)
        : this.#world.uint32() % products.length;
      massMg[at] = this.#weigh(mass);
      this.#takeApart(run, { device, mass, at }, parts);
    }
    run.scanned += pieces;
    return {
      key: 'devicesDismantled',
      data: {
        runId: run.plan.runId,
        products,
        offsetMs: massMg.map((_, at) => Math.floor((at * windowMs) / pieces)),
        product,
        massMg,
        massMethod: 'weighed',
        massUncertaintyPpm: FIGURES.componentMassReadingPpm.value,
        restOutlet: massMg.map(() => REST),
        components: parts.columns(),
      },
    };
  }

  #weigh(massMg: number): number {
    const noise = (FIGURES.componentMassReadingPpm.value / 1_000_000) * this.#world.normal();
    return Math.max(1, Math.round(massMg * (1 + noise)));
  }

  #takeApart(
    run: RunState,
    opened: { readonly device: DeviceKind; readonly mass: number; readonly at: number },
    parts: ComponentColumns,
  ): void {
    const { device, mass, at } = opened;
    const world = this.#world;
    let left = mass;
    for (const { kind, share, chance } of device.parts) {
      if (!world.chance(chance)) continue;
      const partMg = Math.round(mass * share);
      left -= partMg;
      // A part that nobody took out goes on with the rest, unsaid.
      const outlet = world.chance(FIGURES.partTakenOut.value) ? kind : REST;
      if (outlet === kind) parts.add({ device: at, kind, massMg: this.#weigh(partMg) });
      this.#put(run, outlet, { massMg: partMg, kind });
    }
    this.#put(run, REST, { massMg: left, kind: REST });
  }

  #put(run: RunState, outlet: number, part: { massMg: number; kind: number }): void {
    drawMake(this.#world, part.kind, this.#ppm);
    takeIn(run, outlet, { massMg: part.massMg, classIndex: part.kind, truePpm: this.#ppm });
  }
}

export const BENCH: World = {
  stream: 'ewaste',
  recipe: 'dismantling-1',
  figures: FIGURES,
  framePiecesMax: 64,
  analytes: ELEMENTS,
  classes: KINDS,
  outlets: KINDS.map((targetClass, outlet) => ({
    outlet,
    targetClass: outlet === REST ? 'dismantled-rest' : targetClass,
    ...(outlet === 0
      ? { targetGrade: 'boards-high' }
      : { ungraded: 'of components only boards have a book of grades' }),
    isHazardous: COMPONENT[outlet]!.hazard !== undefined,
  })),
  floor: { scaleId: 'light', intervalMg: FIGURES.scaleIntervalMg.value },
  delivery: {
    declaredGrade: 'small-devices-mixed',
    ewc: '160214',
    origin: 'municipal collection point',
    isDriedByGate: true,
  },
  dust: 'swept off the benches',
  assay: { method: 'ICP-OES', sampleMg: FIGURES.assaySampleMg.value },
  buyers: {
    product: 'Copper smelter Lünen',
    rest: 'Metal merchant Hamburg',
    hazards: 'Battery recycler Krefeld',
  },
  treatments: TREATMENTS,
  gradeOf: () => undefined,
  drawShares: () => [],
  drawMoisturePpm: (random) => random.between(FIGURES.moisturePpm.low, FIGURES.moisturePpm.high),
  drawMassMg: (masses) => drawDevice(masses).massMg,
  openEye: (given) => new Bench(given),
};
