import { describe, expect, it } from '@jest/globals';
import { DEVICE_MODEL, type DeviceReadings, classifyDevices } from './classify-devices.js';

const NAMES = ['unu-0303', 'unu-0306', 'unu-0104', 'battery'];

function classify(devices: Partial<DeviceReadings> & Pick<DeviceReadings, 'massMg'>) {
  const none = devices.massMg.map(() => null);
  const answer = classifyDevices({ names: NAMES, seen: none, label: none, ...devices });
  return {
    ...answer,
    names: Array.from(answer.class, (index) => DEVICE_MODEL.allClasses[index]),
    flags: answer.flagged.map((value, at) => (at % 2 === 1 ? DEVICE_MODEL.allFlags[value] : value)),
  };
}

describe('classifyDevices', () => {
  it('names what camera and label agree on, and trusts the label where they do not', () => {
    const { names, flags } = classify({
      massMg: [900_000, 880_000, 95_000],
      seen: [0, 1, 1],
      label: [0, 0, null],
    });
    expect(names).toEqual(['unu-0303', 'unu-0303', 'unu-0306']);
    expect(flags).toEqual([]);
  });

  it('does not guess by mass alone, and not without anything', () => {
    const { names, flags } = classify({ massMg: [900_000, null] });
    expect(names).toEqual(['unresolved', 'unresolved']);
    expect(flags).toEqual([0, 'unresolved', 1, 'unresolved']);
  });

  it('calls a washing machine of 90 g implausible', () => {
    const { names, flags, confidencePpm } = classify({ massMg: [90_000], seen: [2], label: [2] });
    expect(names).toEqual(['unresolved']);
    expect(flags).toContain('implausible');
    expect(confidencePpm[0]).toBe(0);
  });

  it('puts a hazard before every product', () => {
    const { names, flags } = classify({ massMg: [95_000], seen: [1], label: [3] });
    expect(names).toEqual(['battery']);
    expect(flags).toEqual([0, 'hazard:battery']);
  });

  it('heeds what is expected: a product that cannot be there is not named', () => {
    const phone = { massMg: [95_000], seen: [1] };
    expect(classify(phone).names).toEqual(['unu-0306']);
    const priorsPpm = { 'unu-0303': 600_000, 'unu-0104': 400_000 };
    expect(classify({ ...phone, priorsPpm }).names).not.toContain('unu-0306');
  });

  it('names its books by digest', () => {
    expect(DEVICE_MODEL.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
