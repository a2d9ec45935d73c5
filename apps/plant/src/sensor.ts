import { type DataOf } from '#contracts';
import { SENSOR_MODELS } from '#materials';
import { FIGURES } from './plant-book.js';
import { Random } from './random.js';
import { ELEMENTS } from './steel-world.js';

const MODEL = SENSOR_MODELS.models.find(({ sensorModel }) => sensorModel === 'xrf-belt-1')!;
const NOISE = ELEMENTS.map((element) => MODEL.elements[element]!);

/** A sorter's sensor: noise as its model says, and a bias that is its own and stays. */
export class Sensor {
  readonly calibrationId: string;
  readonly #source: string;
  /** Relative, by element. */
  readonly #bias: readonly number[];

  constructor(seed: string, source: string) {
    const random = new Random(`${seed}/sensor/${source}`);
    this.#source = source;
    this.#bias = ELEMENTS.map(() => FIGURES.sensorBiasShare.value * random.normal());
    this.calibrationId = `cal-2026-11-${source.replaceAll('.', '-')}`;
  }

  get sensorModel(): string {
    return MODEL.sensorModel;
  }

  /** A reading of a true share: whole ppm, negative = below that detection limit. */
  read(random: Random, element: number, truePpm: number): number {
    const { absolutePpm, relativePpm, detectionLimitPpm } = NOISE[element]!;
    const relative = (truePpm * relativePpm) / 1_000_000;
    const noise = Math.sqrt(absolutePpm * absolutePpm + relative * relative) * random.normal();
    const reading = Math.round(truePpm * (1 + this.#bias[element]!) + noise);
    if (reading < detectionLimitPpm) return -detectionLimitPpm;
    return reading > 1_000_000 ? 1_000_000 : reading;
  }

  /** What the laboratory states: bias is known to an uncertainty, not away. */
  calibration(validUntil: string): DataOf<'sensorCalibrated'> {
    const share = FIGURES.sensorBiasUncertaintyShare.value;
    const at = (limit: number): number => Math.max(1, Math.round(share * 10 * limit));
    const elements = Object.fromEntries(
      ELEMENTS.map((element, index) => {
        const { detectionLimitPpm } = NOISE[index]!;
        return [
          element,
          { biasPpm: 0, uncertaintyPpm: at(detectionLimitPpm), detectionLimitPpm },
        ] as const;
      }),
    );
    const { calibrationId, sensorModel } = this;
    return { calibrationId, station: this.#source, sensorModel, elements, validUntil };
  }

  /** The truth about the bias, for tests. */
  truth(): Record<string, number> {
    return Object.fromEntries(ELEMENTS.map((element, at) => [element, this.#bias[at]!]));
  }
}
