import type { ElementShare, MaterialClass } from '#materials';
import type { Random } from './random.js';

const WHOLE = 1_000_000;

interface Sampler {
  readonly isLogNormal: boolean;
  readonly center: number;
  readonly deviation: number;
}

function samplerOf(share: ElementShare | undefined): Sampler {
  if (share === undefined) return { isLogNormal: false, center: 0, deviation: 0 };
  if (share.distribution === 'normal') {
    return { isLogNormal: false, center: share.meanPpm, deviation: share.spread };
  }
  const deviation = share.spread / 1_000;
  return { isLogNormal: true, center: Math.log(share.meanPpm) - deviation ** 2 / 2, deviation };
}

/** Draws true compositions of the classes of a composition book. */
export class ClassSampler {
  /** By class, then analyte. */
  readonly #samplers: readonly (readonly Sampler[])[];

  /** No share is drawn above `most`, ppm. */
  constructor(
    classes: readonly MaterialClass[],
    analytes: readonly string[],
    private readonly most: number,
  ) {
    this.#samplers = classes.map(({ composition }) =>
      analytes.map((analyte) => samplerOf(composition[analyte])),
    );
  }

  /** Fills `ppm` with a composition of the class: true shares, ppm by mass. */
  draw(random: Random, classIndex: number, ppm: Float64Array): void {
    const samplers = this.#samplers[classIndex]!;
    let total = 0;
    for (let at = 0; at < samplers.length; at++) {
      const { isLogNormal, center, deviation } = samplers[at]!;
      let share: number;
      do {
        const drawn = center + deviation * random.normal();
        share = isLogNormal ? Math.exp(drawn) : drawn;
      } while (share < 0 || share > this.most);
      ppm[at] = share;
      total += share;
    }
    // Parts are never more than the whole.
    if (total > WHOLE) for (let at = 0; at < ppm.length; at++) ppm[at]! *= WHOLE / total;
  }
}
