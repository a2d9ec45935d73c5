import { DEVICE_MODEL, classifyDevices } from './classify-devices.js';
import type { Recognised } from './frame-readings.js';

/** A frame of devices as it was scanned; `recognised` absent: nothing was seen of any. */
export interface DeviceFrame {
  readonly sensorModel: string;
  readonly massMg: readonly (number | null)[];
  readonly recognised?: Recognised | undefined;
}

/** What a frame of devices is answered with: the lists hold what it needs, and no more. */
export interface FrameRecognition {
  readonly model: string;
  readonly modelDigest: string;
  readonly classes: readonly string[];
  readonly flags: readonly string[];
  readonly class: readonly number[];
  readonly confidencePpm: readonly number[];
  readonly flagged: readonly number[];
  readonly candidates: readonly number[];
}

export const isDeviceFrame = ({ sensorModel }: Pick<DeviceFrame, 'sensorModel'>): boolean =>
  sensorModel === DEVICE_MODEL.sensorModel;

/** A frame holds at most so many classes; a model of all products and hazards has more. */
const CLASSES_MAX = 64;

/**
 * Names the devices of a frame. Of the model's classes only those are carried that the frame needs, in
 * the model's order of first use: those of its devices first, then those of candidates while there is
 * room. So 64 devices always fit, and what is left out is a candidate, never a class.
 */
export function recogniseFrame({ massMg, recognised }: DeviceFrame): FrameRecognition {
  const nothing = massMg.map(() => null);
  const { names, seen, label } = recognised ?? { names: [], seen: nothing, label: nothing };
  const found = classifyDevices({ massMg, names, seen, label });
  const classes = new Listed(DEVICE_MODEL.allClasses, CLASSES_MAX);
  const flags = new Listed(DEVICE_MODEL.allFlags, DEVICE_MODEL.allFlags.length);
  const named = Array.from(found.class, (index) => classes.indexOf(index)!);
  const flagged = found.flagged.map((cell, at) => (at % 2 === 0 ? cell : flags.indexOf(cell)!));
  const candidates: number[] = [];
  for (let at = 0; at < found.candidates.length; at += 3) {
    const [device, key, ppm] = found.candidates.slice(at, at + 3) as [number, number, number];
    const index = classes.indexOf(key);
    if (index !== undefined) candidates.push(device, index, ppm);
  }
  return {
    model: DEVICE_MODEL.id,
    modelDigest: DEVICE_MODEL.digest,
    classes: classes.names,
    flags: flags.names,
    class: named,
    confidencePpm: [...found.confidencePpm],
    flagged,
    candidates,
  };
}

/** The part of a list that is used, in order of first use. */
class Listed {
  readonly names: string[] = [];
  readonly #at = new Map<number, number>();

  constructor(
    private readonly all: readonly string[],
    private readonly most: number,
  ) {}

  /** Undefined: there is no room for it. */
  indexOf(index: number): number | undefined {
    const known = this.#at.get(index);
    if (known !== undefined) return known;
    if (this.names.length >= this.most) return undefined;
    this.#at.set(index, this.names.length);
    return this.names.push(this.all[index]!) - 1;
  }
}
