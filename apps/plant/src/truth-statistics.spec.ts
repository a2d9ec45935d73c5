import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import { lineStations } from '#edge';
import { DEVICE_RECOGNITION, PRODUCT_KEYS, productSlug } from '#materials';
import { APPLIANCE_METAL } from './appliance-world.js';
import { BENCH } from './bench-world.js';
import { conditionsOf } from './conditions.js';
import { beginRun } from './lot-plan.js';
import { meterFeed } from './lot-story.js';
import { Random } from './random.js';
import type { RunState } from './run-state.js';
import { weigh } from './scales.js';
import { Sensor } from './sensor.js';
import { STEEL } from './steel-world.js';
import { TEXTILES } from './textile-world.js';
import { TRIAGE_LINE } from './triage-world.js';
import type { World } from './world.js';

interface Watched {
  readonly run: RunState;
  readonly scans: readonly DataOf<'piecesScanned'>[];
  readonly benches: readonly DataOf<'devicesDismantled'>[];
}

/** So many pieces of one lot over the eye of a world. */
function watch(
  world: World,
  pieces: number,
  asked: { readonly seed?: string; readonly hasIncidents?: boolean } = {},
): Watched {
  const { seed = 'statistics', hasIncidents = true } = asked;
  const { driftPerMillionPieces } = conditionsOf(seed);
  const line = 'north.line-1';
  const eye = world.openEye({ seed, source: line, line, driftPerMillionPieces, hasIncidents });
  const plan = {
    lotId: 'north.lot-1',
    visitId: 'north.visit-1',
    runId: 'north.run-1',
    pieces,
    shares: world.drawShares(new Random(`${seed}/lot`)),
    piecesMg: 1,
    dustMg: 0,
    moisturePpm: 0,
  };
  const run = beginRun(plan, world, { number: 1, beltError: 0, nowMs: 0 });
  const masses = new Random(`${seed}/masses`);
  const scans: DataOf<'piecesScanned'>[] = [];
  const benches: DataOf<'devicesDismantled'>[] = [];
  while (run.scanned < pieces) {
    const { key, data } = eye.look(run, masses, { pieces: 250, windowMs: 100 });
    if (key === 'piecesScanned') scans.push(data);
    else benches.push(data);
  }
  return { run, scans, benches };
}

/** ppm of all that the run gave. */
function sharePpm(world: World, { run }: Watched, analyte: string): number {
  const at = world.analytes.indexOf(analyte);
  const massMg = run.outlets.reduce((sum, outlet) => sum + outlet.massMg, 0);
  const elementMg = run.outlets.reduce((sum, outlet) => sum + outlet.elementsMg[at]!, 0);
  return (elementMg / massMg) * 1_000_000;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Steel with what comes up in a yard', () => {
  const plain = watch(STEEL, 80_000, { hasIncidents: false });
  const usual = watch(STEEL, 80_000);

  it('has meatballs that the sensor does not see', () => {
    // 300 in a million pieces of 35 % on average: 105 ppm, give or take its chance.
    const more = sharePpm(STEEL, usual, 'Cu') - sharePpm(STEEL, plain, 'Cu');
    expect(more).toBeGreaterThan(40);
    expect(more).toBeLessThan(200);
    const seen = ({ scans }: Watched): string => JSON.stringify(scans.map(({ ppm }) => ppm['Cu']));
    expect(seen(usual) === seen(plain)).toBe(true);
  });

  it('has a battery now and then, which the camera sees and a hand picks out', () => {
    const seen = usual.scans.flatMap(({ ppm }) =>
      (ppm['battery'] ?? []).filter((cell) => cell !== null),
    );
    // 25 in a million: two, give or take their chance.
    expect(seen.length).toBeGreaterThanOrEqual(1);
    expect(seen.length).toBeLessThanOrEqual(7);
    expect(usual.run.pickedMg).toBeGreaterThan(0);
    expect(plain.run.pickedMg).toBe(0);
  });
});

describe('Shredded appliance metal', () => {
  it('is mostly aluminium, with some per cent of copper in copper, brass and castings', () => {
    const watched = watch(APPLIANCE_METAL, 30_000);
    const copper = sharePpm(APPLIANCE_METAL, watched, 'Cu');
    expect(copper).toBeGreaterThan(60_000);
    expect(copper).toBeLessThan(200_000);
    const [cast, wrought] = watched.run.outlets;
    const all = watched.run.outlets.reduce((sum, { massMg }) => sum + massMg, 0);
    expect((cast!.massMg + wrought!.massMg) / all).toBeGreaterThan(0.55);
  });
});

describe('Devices on the bench', () => {
  const watched = watch(BENCH, 10_000);

  it('have the masses of the product book on average', () => {
    for (const [at, product] of watched.benches[0]!.products.entries()) {
      const masses = watched.benches.flatMap((frame) =>
        frame.massMg.filter((_, device) => frame.product[device] === at),
      ) as number[];
      const key = PRODUCT_KEYS.keys.find((known) => productSlug(known.key) === product)!;
      // The median is not moved by the one or two in a hundred whose label was read wrong.
      const median = masses.sort((a, b) => a - b)[masses.length >> 1]!;
      const expected = key.meanMassG * 1_000 * Math.exp(-(0.45 ** 2) / 2);
      expect(Math.abs(median / expected - 1)).toBeLessThan(0.1);
    }
  });

  it('give up most of their batteries, and keep a few to themselves', () => {
    const battery = BENCH.classes.indexOf('battery-lithium');
    const [own, others] = [true, false].map((isOwn) =>
      watched.run.outlets
        .filter(({ outlet }) => (outlet === battery) === isOwn)
        .reduce((sum, { classesMg }) => sum + classesMg[battery]!, 0),
    );
    const left = others! / (own! + others!);
    expect(left).toBeGreaterThan(0.01);
    expect(left).toBeLessThan(0.06);
    const { components } = watched.benches[0]!;
    for (const [at, kind] of components.kind.entries()) {
      expect(components.hazard[at] !== null).toBe(
        ['battery-lithium', 'capacitor', 'lamp'].includes(components.kinds[kind]!),
      );
    }
  });
});

describe('Devices before the camera', () => {
  const { scans } = watch(TRIAGE_LINE, 20_000);
  const seen = scans.flatMap(({ recognised }) => {
    const { names, seen: camera, label } = recognised!;
    const nameOf = (at: number | null): string | null => (at === null ? null : names[at]!);
    return camera.map((at, piece) => ({ camera: nameOf(at), label: nameOf(label[piece]!) }));
  });
  const shareOf = (of: readonly boolean[]): number => of.filter(Boolean).length / of.length;

  it('have a loose battery among a hundred', () => {
    const loose = shareOf(seen.map(({ label }) => label?.startsWith('battery') === true));
    expect(Math.abs(loose - 0.0095)).toBeLessThan(0.002);
  });

  it('are named alike by label and camera as often as the book has both right', () => {
    const devices = seen.filter(({ label }) => label?.startsWith('battery') !== true);
    expect(Math.abs(shareOf(devices.map(({ label }) => label !== null)) - 0.7)).toBeLessThan(0.01);
    const both = devices.filter(({ label, camera }) => label !== null && camera !== null);
    const { camera, label } = DEVICE_RECOGNITION;
    const right = (camera.rightPpm / 1e6) * (label.rightPpm / 1e6);
    // That both err the same way is rare.
    expect(Math.abs(shareOf(both.map((one) => one.label === one.camera)) - right)).toBeLessThan(
      0.012,
    );
  });
});

describe('Garments', () => {
  it('have fibres within them that the scanner cannot see: it is off by some points', () => {
    const { run, scans } = watch(TEXTILES, 20_000);
    const cotton = TEXTILES.analytes.indexOf('cotton');
    const seenMg = scans.reduce(
      (sum, { massMg, ppm, outlet }) =>
        massMg.reduce<number>(
          (mg, mass, at) =>
            outlet[at] === 0 ? mg + (mass ?? 0) * Math.max(0, ppm['cotton']![at]! / 1e6) : mg,
          sum,
        ),
      0,
    );
    const saidMg = scans.reduce(
      (sum, { massMg, outlet }) =>
        massMg.reduce<number>((mg, mass, at) => (outlet[at] === 0 ? mg + (mass ?? 0) : mg), sum),
      0,
    );
    const { elementsMg, massMg } = run.outlets[0]!;
    const truth = elementsMg[cotton]! / massMg;
    // 12 % of garments with 40 % of mass within, of which a third is cotton as well.
    expect(seenMg / saidMg - truth).toBeGreaterThan(0.01);
    expect(seenMg / saidMg - truth).toBeLessThan(0.1);
  });

  it('come wet in one lot of seven or so', () => {
    const random = new Random('wet');
    const lots = Array.from({ length: 2_000 }, () => TEXTILES.drawMoisturePpm(random));
    const wet = lots.filter((moisturePpm) => moisturePpm >= 80_000).length / lots.length;
    expect(wet).toBeGreaterThan(0.12);
    expect(wet).toBeLessThan(0.18);
  });
});

describe('What a seed asks for', () => {
  it('lets a sensor drift: half more after a million pieces', () => {
    const copperAt = (seed: string, pieces: number): number => {
      const { driftPerMillionPieces } = conditionsOf(seed);
      const options = { seed: 'one', source: 'north.sorter-1', driftPerMillionPieces };
      const sensor = new Sensor({ ...options, sensorModel: 'xrf-belt-1', analytes: ['Cu'] });
      sensor.age(pieces);
      const random = new Random('readings');
      return meanOf(Array.from({ length: 500 }, () => sensor.read(random, 0, 10_000)));
    };
    const usual = copperAt('usual/1', 1_000_000);
    expect(copperAt('drifting/1', 0)).toBe(usual);
    expect((copperAt('drifting/1', 1_000_000) - usual) / 10_000).toBeCloseTo(0.5, 3);
    expect(conditionsOf('a seed of its own')).toEqual(conditionsOf('usual/7'));
  });

  it.each([
    ['biased-bridge', 'bridgeBias', 20e9, 20e6],
    ['biased-floor', 'floorBias', 250e6, 50e3],
  ] as const)('lets a scale show one per cent too much: %s', (world, bias, loadMg, intervalMg) => {
    const conditions = conditionsOf(`${world}/1`);
    const random = new Random(world);
    const shown = Array.from(
      { length: 500 },
      () => weigh(random, loadMg, intervalMg, conditions[bias]).massMg / loadMg,
    );
    expect(Math.abs(meanOf(shown) - 1.01)).toBeLessThan(0.0005);
  });

  it('lets a belt show one per cent too much, beside the error that it has in each run', () => {
    const shown = (seed: string): number => {
      const said: number[] = [];
      const { run } = watch(STEEL, 10);
      const yard = {
        siteId: 'north',
        seed,
        conditions: conditionsOf(seed),
        stamp: '',
        now: () => 0,
        say: (_: string, { data }: { readonly data: unknown }) => {
          said.push((data as DataOf<'feedMetered'>).cumulativeMg);
          return { boot: 1, seq: 1 };
        },
        truth: () => undefined,
      };
      meterFeed(yard, lineStations('north', 'line-1'), { ...run, fedMg: 1e9, beltError: 0.002 });
      return said[0]! / 1e9;
    };
    expect(shown('usual/1')).toBeCloseTo(1.002, 6);
    expect(shown('biased-belt/1')).toBeCloseTo(1.012, 6);
  });
});
