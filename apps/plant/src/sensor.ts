import { type DataOf } from '#contracts';
import { type ReadingNoise, SENSOR_MODELS } from '#materials';
import { FIGURES } from './plant-book.js';
import { Random } from './random.js';

export interface SensorOptions {
  readonly seed: string;
  readonly source: string;
  readonly sensorModel: string;
  /** Elements or fibres that it is asked for; MUST be in its model. */
  readonly analytes: readonly string[];
  readonly driftPerMillionPieces: number;
}

/** A sorter's sensor: noise as its model says, a bias that is its own and stays, and its drift. */
export class Sensor {
  readonly calibrationId: string;
  readonly analytes: readonly string[];
  readonly #options: SensorOptions;
  readonly #noise: readonly ReadingNoise[];
  /** Relative, by analyte. */
  readonly #bias: readonly number[];
  #drift = 0;

  constructor(options: SensorOptions) {
    const { seed, source, sensorModel, analytes } = options;
    const random = new Random(`${seed}/sensor/${source}`);
    const model = SENSOR_MODELS.models.find((known) => known.sensorModel === sensorModel)!;
    this.#options = options;
    this.analytes = analytes;
    this.#noise = analytes.map((analyte) => model.elements[analyte]!);
    this.#bias = analytes.map(() => FIGURES.sensorBiasShare.value * random.normal());
    this.calibrationId = `cal-2026-11-${source.replaceAll('.', '-')}`;
  }

  get sensorModel(): string {
    return this.#options.sensorModel;
  }

  /** So many pieces more have passed under it. */
  age(pieces: number): void {
    this.#drift += (this.#options.driftPerMillionPieces * pieces) / 1_000_000;
  }

  /** A reading of a true share: whole ppm, negative = below that detection limit. */
  read(random: Random, analyte: number, truePpm: number): number {
    const { absolutePpm, relativePpm, detectionLimitPpm } = this.#noise[analyte]!;
    const relative = (truePpm * relativePpm) / 1_000_000;
    const noise = Math.sqrt(absolutePpm * absolutePpm + relative * relative) * random.normal();
    const gain = 1 + this.#bias[analyte]! + this.#drift;
    const reading = Math.round(truePpm * gain + noise);
    if (reading < detectionLimitPpm) return -detectionLimitPpm;
    return reading > 1_000_000 ? 1_000_000 : reading;
  }

  /** What the laboratory states: bias is known to an uncertainty, not away. */
  calibration(validUntil: string): DataOf<'sensorCalibrated'> {
    const share = FIGURES.sensorBiasUncertaintyShare.value;
    const at = (limit: number): number => Math.max(1, Math.round(share * 10 * limit));
    const elements = Object.fromEntries(
      this.analytes.map((analyte, index) => {
        const { detectionLimitPpm } = this.#noise[index]!;
        return [
          analyte,
          { biasPpm: 0, uncertaintyPpm: at(detectionLimitPpm), detectionLimitPpm },
        ] as const;
      }),
    );
    const { calibrationId, sensorModel } = this;
    return { calibrationId, station: this.#options.source, sensorModel, elements, validUntil };
  }

  /** The truth about the bias of the day, for tests. */
  truth(): Record<string, number> {
    return Object.fromEntries(
      this.analytes.map((analyte, at) => [analyte, this.#bias[at]! + this.#drift]),
    );
  }
}
