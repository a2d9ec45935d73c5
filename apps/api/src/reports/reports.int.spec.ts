import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { SITE } from '../../../../test/arbitraries/site-stream.js';
import { type SpecService, startFilledService } from '../spec-service.js';
import { runDetailAnswer } from '../runs/runs.schema.js';
import { lotDetailAnswer } from '../lots/lots.schema.js';
import { criticalMineralsAnswer } from './critical-minerals.schema.js';
import { weeeAnswer } from './weee.schema.js';
import { reprocessingAnswer } from './reprocessing.schema.js';
import { reportDay } from './spec-day.js';

let service: SpecService;

beforeAll(async () => {
  service = await startFilledService(reportDay());
}, 60_000);

afterAll(() => service.close());

async function ask<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const response = await service.get(path);
  expect([path, response.status]).toEqual([path, 200]);
  expect(Number(response.headers.get('urbanmine-tree-size'))).toBeGreaterThan(9);
  return schema.parse(await response.json());
}

describe('critical minerals', () => {
  const path = `/v1/reports/critical-minerals?site=${SITE}`;

  it('are contained, dispatched to a recoverer and recovered, each with its basis', async () => {
    const report = await ask(path, criticalMineralsAnswer);
    expect(report).toMatchObject({ stream: 'ewaste', lots: 4, runs: 1, shipments: 1 });
    const nd = report.elements.find(({ element }) => element === 'Nd');
    // 10 g × 229,000 ppm of the magnet, and 160 mg in the phone that nobody opened.
    expect(nd?.contained).toEqual({
      massNg: '2450000000',
      uncertaintyNg: '280000000',
      unstatedNg: '160000000',
      byBasis: { measured: '0', library: '2450000000', declared: '0' },
      sharesPpm: { measured: 0, library: 1_000_000, declared: 0 },
    });
    expect(nd?.dispatchedToRecoverer.massNg).toBe('2290000000');
    expect(nd?.stock.massNg).toBe('160000000');
    expect(nd?.recovered.byBasis).toMatchObject({ measured: '2061000000' });
    // 2,061 of 2,290 mg; 28 of 229 thousandths of the magnet's content are uncertain.
    expect(nd?.recovery?.ratio).toBeCloseTo(0.9, 6);
    expect(nd?.recovery?.uncertainty).toBeCloseTo(0.9 * Math.hypot(28 / 229, 20 / 2_061), 6);
    expect(nd?.recovery?.beyondContained).toBe(false);
    expect(report.withoutContents).toEqual({
      componentsMg: '0',
      restsMg: '1500000',
      unweighed: 1,
    });
    expect(report.elements.map(({ element }) => element)).not.toContain('Au');
  });

  it('are of one stream, from a time on', async () => {
    const steel = await ask(`${path}&stream=steel`, criticalMineralsAnswer);
    expect([steel.lots, steel.elements]).toEqual([0, []]);
    const later = await ask(`${path}&from=2030-01-01T00:00:00Z`, criticalMineralsAnswer);
    expect([later.lots, later.elements]).toEqual([0, []]);
    const nowhere = await service.get('/v1/reports/critical-minerals?site=atlantis');
    expect(nowhere.status).toBe(404);
    const all = await service.get('/v1/reports/critical-minerals');
    expect([all.status, await all.text()]).toEqual([400, expect.stringContaining('site')]);
  });
});

describe('waste equipment', () => {
  it('adds up by category, and counts where it enters recycling', async () => {
    const { categories, runs } = await ask(`/v1/reports/weee?site=${SITE}`, weeeAnswer);
    expect(runs).toBe(1);
    const [screens, small] = categories;
    expect(screens).toMatchObject({
      category: 2,
      devices: '1',
      treatedMg: '2010000',
      recyclingMg: '10000',
      stockMg: '2000000',
      hazardousMg: '200000',
      recyclingRate: { ppm: 4975, leastPpm: 700_000 },
      recoveryRate: { ppm: 4975, leastPpm: 800_000 },
    });
    expect(small).toMatchObject({ category: 6, devices: '1', treatedMg: '90000' });
  });

  it('has batteries of known chemistries in its lots', async () => {
    const lot = await ask(`/v1/lots/${SITE}.boards`, lotDetailAnswer);
    expect(lot.batteries).toMatchObject([
      { chemistry: 'lithium', by: 'bench', sharePpm: 1_000_000, massMg: '200000', count: '1' },
    ]);
    expect(lot.declaredContents).toEqual([]);
  });
});

describe('reprocessing', () => {
  it('tells of a run what it made of what, and what it took', async () => {
    const run = await ask(`/v1/runs/${SITE}.run-2`, runDetailAnswer);
    expect(run.process).toMatchObject({
      process: 'dissolution',
      feed: { massMg: '500000', uncertaintyMg: '10' },
      product: { massMg: '400000', uncertaintyMg: '10' },
      energy: [{ carrier: 'electricity' }, { carrier: 'steam' }],
      losses: [{ account: 'residue', massMg: '30000', uncertaintyMg: '3000' }],
    });
    expect(run.process.yield?.value).toBeCloseTo(0.8, 12);
    expect(run.process.dryYield?.value).toBeCloseTo((0.8 * 0.94) / 0.92, 12);
    expect(run.process.reagents[0]?.recovery?.value).toBeCloseTo(0.99, 12);
    expect(run.outlets).toMatchObject([
      { targetClass: 'cotton-dissolving', role: 'product', keepsGrade: 'cotton-dissolving' },
      { targetClass: 'non-textile', role: 'residue', keepsGrade: null },
    ]);
  });

  it('is told by process, with the grades of what was made', async () => {
    const report = await ask(`/v1/reports/reprocessing?site=${SITE}`, reprocessingAnswer);
    expect(report).toMatchObject({
      stream: 'textiles',
      runs: 1,
      processes: [{ process: 'dissolution', runs: 1, product: { massMg: '400000' } }],
      outputs: [
        { targetClass: 'cotton-dissolving', grade: 'cotton-dissolving', receivedMg: '400000' },
        { targetClass: 'non-textile', grade: null, receivedMg: '40000' },
      ],
    });
    expect(report.books.map(({ book }) => book)).toEqual(['grades-fibres']);
  });

  it('has a commercial mass beside what the scale says', async () => {
    const lot = await ask(`/v1/lots/${SITE}.pulp`, lotDetailAnswer);
    // 376 g dry; cotton's regain of 8.5 %, and hardly any of polyester and elastane.
    expect(lot.commercial).toMatchObject({
      scaleMg: '400000',
      dryMg: '376000',
      commercialMg: '407347',
      moisturePpm: 60_000,
    });
    expect(lot.weighed.balanceMg).toBe('400000');
    const boards = await ask(`/v1/lots/${SITE}.boards`, lotDetailAnswer);
    expect(boards.commercial).toBeNull();
  });
});
