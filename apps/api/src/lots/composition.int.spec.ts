import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EXAMPLE_PRICES, referenceOf } from '#materials';
import { SITE } from '../../../../test/arbitraries/site-stream.js';
import { STEEL, day } from '../spec-day.js';
import { type FilledService, startFilledService } from '../spec-service.js';
import { type LotDetailAnswer, lotDetailAnswer } from './lots.schema.js';

const prices = { ...EXAMPLE_PRICES, book: 'prices-yard', version: 3, validFrom: '2026-11-01' };
const dir = mkdtempSync(join(tmpdir(), 'prices-'));
const file = join(dir, 'prices.json');

let service: FilledService;

beforeAll(async () => {
  writeFileSync(file, JSON.stringify(prices));
  service = await startFilledService(day(), { PRICE_BOOK_FILE: file });
}, 60_000);

afterAll(async () => {
  await service.close();
  rmSync(dir, { recursive: true });
});

async function lot(lotId: string): Promise<LotDetailAnswer> {
  const response = await service.get(`/v1/lots/${lotId}`);
  expect(response.status).toBe(200);
  return lotDetailAnswer.parse(await response.json());
}

it('tells what was read of a lot, how it was graded, and its richest pieces by name', async () => {
  const { composition, grading } = await lot(STEEL);
  // A frame has one piece with a mass for it.
  // Less than half of the lot was seen, so its classes say nothing of its tin.
  expect(composition).toMatchObject([
    { analyte: 'Cu', meanPpm: 1_810, pieces: '2', basis: 'measured' },
  ]);
  expect(composition[0]!.biasPpm).toBeGreaterThan(0);
  // Half of the run went to another outlet, and some of that may be in this lot.
  expect(composition[0]!.placementPpm).toBeGreaterThan(composition[0]!.biasPpm);
  expect(grading).toMatchObject({ grade: 'E40', verdict: 'undecided', nextBestGrade: null });
  expect(grading).toMatchObject({ otherGrades: [], downgrade: { grade: null, currency: 'USD' } });
  const piece = { source: `${SITE}.sorter`, index: 0, massMg: 400, ppm: 1_810 };
  expect(grading!.richest).toMatchObject([
    {
      analyte: 'Cu',
      pieces: [
        { ...piece, seq: 1 },
        { ...piece, seq: 2 },
      ],
    },
  ]);
  const rich = await lot(`${SITE}.lot-102`);
  expect(rich.composition.find(({ analyte }) => analyte === 'Cu')).toMatchObject({
    meanPpm: 214_000,
    basis: 'measured',
  });
  expect(rich.grading).toBeNull();
});

it('prices by the book of the installation, and says whether the log has adopted it', async () => {
  const told = async (): Promise<unknown> => (await lot(STEEL)).grading?.downgrade?.prices;
  const { digest } = referenceOf(prices);
  const used = { name: 'prices-yard', version: 3, date: '2026-11-01', digest };
  expect(await told()).toEqual({ ...used, adopted: null });
  const adopt = (logIndex: number, version: number, of: string): Promise<unknown> =>
    service.pool.query(
      `INSERT INTO book_adoption (site_id, log_index, reference, name, version, digest)
       VALUES ($1, $2, 'prices', 'prices-yard', $3, $4)`,
      [SITE, logIndex, version, of],
    );
  await adopt(1, 3, digest);
  expect(await told()).toEqual({ ...used, adopted: true });
  await adopt(2, 4, '00'.repeat(32));
  expect(await told()).toEqual({ ...used, adopted: false });
  const metrics = await (await service.get('/metrics')).text();
  expect(metrics).toContain('price_book="prices-yard@3 of 2026-11-01"');
});
