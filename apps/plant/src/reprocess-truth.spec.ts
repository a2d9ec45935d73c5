import { beforeAll, describe, expect, it } from '@jest/globals';
import { type LotState, processFigures } from '#custody';
import type { Estimate } from '#materials';
import type { Dissolved } from './dissolving.js';
import { FIGURES } from './plant-book.js';
import { type PlantDay, foldDay, playDay, recordOf } from './plant-day.spec-tools.js';
import { SOLVENT } from './reprocess-story.js';

const KILOGRAM_MG = 1_000_000;

describe('garments that become fibre, against the truth of the plant', () => {
  let day: PlantDay;
  let lots: ReadonlyMap<string, LotState>;
  let figures: ReturnType<typeof processFigures>;

  beforeAll(() => {
    day = playDay({ streams: ['textiles'], seed: 'day-1', lots: 5, rate: 400 });
    const records = day.events.map((event) => recordOf({ ...event, ingestTimeMs: event.saidAtMs }));
    const { set } = foldDay(day.registry, records);
    const known = [...set.lots.values()].filter((lot) => lot !== null);
    lots = new Map(known.map((lot) => [lot.lotId, lot]));
    const runs = [...set.runs.values()].filter((run) => run?.process === 'dissolution');
    expect(runs).toHaveLength(day.charges.length);
    for (const run of runs) expect(run!.status).toBe('balanced');
    figures = processFigures(
      runs.map((run) => run!),
      lots,
    );
  }, 60_000);

  const total = (of: (charge: Dissolved) => number): number =>
    day.charges.reduce((sum, charge) => sum + of(charge), 0);

  const holds = ({ value, deviation }: Estimate, truth: number): void => {
    expect(deviation).toBeGreaterThan(0);
    expect(Math.abs(value - truth)).toBeLessThan(3 * deviation);
  };

  it('are a charge of every second lot or so, and no mass is lost from sight', () => {
    expect(day.charges.length).toBe(3);
    for (const { fedMg, fibreMg, residueMg, driedMg, lostMg } of day.charges) {
      expect(Math.abs(fedMg - fibreMg - residueMg - driedMg - lostMg)).toBeLessThan(1);
      expect(driedMg).toBeGreaterThan(0);
      expect(residueMg).toBeGreaterThan(0);
    }
  });

  it('yield what they really yielded', () => {
    holds(figures.yield!, total(({ fibreMg }) => fibreMg) / total(({ fedMg }) => fedMg));
    const [product, residue] = figures.outlets;
    expect([product!.role, residue!.role]).toEqual(['product', 'residue']);
    const [moisture, bath] = figures.losses;
    expect([moisture!.account, bath!.account]).toEqual(['moisture', 'residue']);
    holds(moisture!.ofFeed!, total(({ driedMg }) => driedMg) / total(({ fedMg }) => fedMg));
    holds(bath!.ofFeed!, total(({ lostMg }) => lostMg) / total(({ fedMg }) => fedMg));
  });

  it('yield it of dry matter too, give or take the water nobody knows better', () => {
    const dryMg = total(({ fibreMg, fibreWaterPpm }) => fibreMg * (1 - fibreWaterPpm / 1e6));
    const dryYield = dryMg / total(({ fedMg }) => fedMg * 0.95);
    const water = (3 * FIGURES.moistureUncertaintyPpm.value) / 1e6;
    const { value, deviation } = figures.dryYield!;
    expect(Math.abs(value - dryYield)).toBeLessThan(3 * deviation + 2 * water);
  });

  it('take the energy, water and labour that they really took', () => {
    const [electricity, steam] = figures.energy;
    expect([electricity!.carrier, steam!.carrier]).toEqual(['electricity', 'steam']);
    const fibreKg = total(({ fibreMg }) => fibreMg) / KILOGRAM_MG;
    holds(electricity!.perProduct!, total((charge) => charge.electricityWh) / fibreKg);
    holds(steam!.perProduct!, total((charge) => charge.steamWh) / fibreKg);
    const [drawn, reused] = figures.water;
    expect([drawn!.flow, reused!.flow]).toEqual(['drawn', 'reused']);
    holds(
      drawn!.amount,
      total((charge) => charge.waterDrawnMg),
    );
    holds(
      reused!.amount,
      total((charge) => charge.waterReusedMg),
    );
    holds(
      figures.labour!.amount,
      total((charge) => charge.labourSeconds),
    );
  });

  it('give back the solvent that they really gave back', () => {
    const [solvent] = figures.reagents;
    expect(solvent!.substance).toBe(SOLVENT);
    const [taken, back] = [
      total((charge) => charge.solventTakenMg),
      total((charge) => charge.solventRecoveredMg),
    ];
    holds(solvent!.taken.amount, taken);
    holds(solvent!.recovery!, back / taken);
    // A small difference of two large readings, and it says so.
    holds(solvent!.used.amount, taken - back);
    expect(solvent!.used.amount.deviation).toBeGreaterThan(0.05 * (taken - back));
  });

  it('are graded as what they have become', () => {
    for (const { runId } of day.charges) {
      const lotId = runId.replace('.run-', '.lot-').replace('-dissolving', '-fibre');
      const lot = lots.get(lotId)!;
      expect(lot.graded).toMatchObject({ grade: 'cellulosic-80', verdict: 'accepted' });
      expect(lot.status).toBe('dispatched');
    }
  });
});
