import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PRODUCT_KEYS } from './books/product-keys.js';
import { DEVICE_MODEL, classifyDevices, productSlug } from './classify-devices.js';
import { HAZARD_CLASSES } from './piece-model.js';
import { type DeviceFrame, recogniseFrame } from './recognise-frame.js';

const NAMES = [...PRODUCT_KEYS.keys.map(({ key }) => productSlug(key)), ...HAZARD_CLASSES];

const frames = fc.integer({ min: 1, max: 64 }).chain((devices) => {
  const index = fc.option(fc.integer({ min: 0, max: NAMES.length - 1 }));
  const column = fc.array(index, { minLength: devices, maxLength: devices });
  const mass = fc.option(fc.integer({ min: 1, max: 200_000_000 }));
  return fc.record({
    sensorModel: fc.constant(DEVICE_MODEL.sensorModel),
    massMg: fc.array(mass, { minLength: devices, maxLength: devices }),
    recognised: fc.record({ names: fc.constant(NAMES), seen: column, label: column }),
  }) satisfies fc.Arbitrary<DeviceFrame>;
});

it('a frame carries at most 64 classes, and every device the one that the model gives it', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const { massMg, recognised } = frame;
      const made = recogniseFrame(frame);
      const model = classifyDevices({ massMg, ...recognised });
      expect(made.classes.length).toBeLessThanOrEqual(64);
      expect(new Set(made.classes).size).toBe(made.classes.length);
      expect(made.class.map((at) => made.classes[at])).toEqual(
        [...model.class].map((at) => DEVICE_MODEL.allClasses[at]),
      );
      expect(made.confidencePpm).toEqual([...model.confidencePpm]);
      const flags = made.flagged.map((cell, at) => (at % 2 === 0 ? cell : made.flags[cell]));
      const wanted = model.flagged.map((cell, at) =>
        at % 2 === 0 ? cell : DEVICE_MODEL.allFlags[cell],
      );
      expect(flags).toEqual(wanted);
    }),
    { numRuns: 50 },
  );
});

it('candidates are of unresolved devices, three at most, and never surer than the threshold', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const made = recogniseFrame(frame);
      const of = new Map<number, number[]>();
      for (let at = 0; at < made.candidates.length; at += 3) {
        const [device, index, ppm] = made.candidates.slice(at, at + 3) as [number, number, number];
        expect(made.classes[made.class[device]!]).toBe('unresolved');
        expect(made.classes[index]).toMatch(/^unu-/);
        of.set(device, [...(of.get(device) ?? []), ppm]);
      }
      for (const ppm of of.values()) {
        expect(ppm.length).toBeLessThanOrEqual(3);
        expect(ppm[0]).toBeLessThan(800_000);
        expect(ppm.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1_000_003);
        expect(ppm.toSorted((a, b) => b - a)).toEqual(ppm);
      }
    }),
    { numRuns: 50 },
  );
});
