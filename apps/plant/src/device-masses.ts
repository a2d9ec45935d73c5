import { DEVICE_RECOGNITION, PRODUCT_KEYS } from '#materials';
import type { Random } from './random.js';

const SPREAD = DEVICE_RECOGNITION.mass.logDeviation / 1_000;

/** Of devices of a product key: the book has the mean of a log-normal mass. */
export const medianMassMg = (key: string): number =>
  PRODUCT_KEYS.keys.find((known) => known.key === key)!.meanMassG *
  1_000 *
  Math.exp(-(SPREAD ** 2) / 2);

export const drawDeviceMg = (masses: Random, medianMg: number): number =>
  Math.round(medianMg * Math.exp(SPREAD * masses.normal()));
