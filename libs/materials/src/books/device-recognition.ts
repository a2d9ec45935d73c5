import type { Book } from './book.js';

/** How well devices are recognised before they are opened. */
export interface RecognitionBook extends Book {
  readonly camera: {
    /** Share of devices of which the camera names the right key. */
    readonly rightPpm: number;
    /** Of its errors, the share that stays within the WEEE category. */
    readonly withinCategoryPpm: number;
    readonly source: string;
  };
  readonly label: {
    /** Share of readable labels that lead to the right key; errors go anywhere. */
    readonly rightPpm: number;
    readonly source: string;
  };
  readonly mass: {
    /** Standard deviation of ln(mass) about the mean mass of a key, thousandths. */
    readonly logDeviation: number;
    readonly source: string;
  };
  readonly decision: {
    readonly confidenceThresholdPpm: number;
    /** Standard deviations of mass beyond which no key explains a device. */
    readonly implausibleDeviations: number;
    readonly source: string;
  };
}

export const DEVICE_RECOGNITION: RecognitionBook = {
  book: 'device-recognition',
  version: 1,
  validFrom: '2026-11-01',
  sources: {
    camera: { basis: 'assumed', text: 'Camera on a bench or belt; vendors claim more than 95 %' },
    label: { basis: 'assumed', text: 'Type plate or bar code, read by machine or person' },
    mass: {
      basis: 'assumed',
      text: 'Devices of a key differ in mass; the product book has means only, and country rows of its source differ by tens of per cent',
    },
    decision: { basis: 'assumed', text: 'As for pieces on a belt' },
  },
  camera: { rightPpm: 850_000, withinCategoryPpm: 800_000, source: 'camera' },
  label: { rightPpm: 985_000, source: 'label' },
  mass: { logDeviation: 450, source: 'mass' },
  decision: { confidenceThresholdPpm: 800_000, implausibleDeviations: 6, source: 'decision' },
};
