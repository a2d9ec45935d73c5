import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SITE } from '../../../../test/arbitraries/site-stream.js';
import { STEEL, day } from '../spec-day.js';
import { type FilledService, startFilledService } from '../spec-service.js';
import { type LotDetailAnswer, lotDetailAnswer } from './lots.schema.js';

let service: FilledService;

beforeAll(async () => {
  service = await startFilledService(day());
}, 60_000);

afterAll(() => service.close());

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
