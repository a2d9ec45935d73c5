import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { container, delivery, feed, id, runStart } from '../../../../test/arbitraries/site-day.js';
import { SITE, Station, adoption, stream } from '../../../../test/arbitraries/site-stream.js';
import { type SpecService, startFilledService } from '../spec-service.js';
import { genealogyAnswer, lotDetailAnswer } from './lots.schema.js';

let service: SpecService;

/** Two deliveries, a run of the first, a blend of its output with the second, a split of that. */
function day() {
  const [gate, line, belt, floor, yard] = ['gate', 'line', 'belt', 'floor', 'yard'].map(
    (name) => new Station(name),
  ) as [Station, Station, Station, Station, Station];
  const run = runStart('run-1', 'clean');
  const made = (lot: string) => ({
    lotId: id(lot),
    stream: 'steel' as const,
    materialClass: 'mixed',
    place: 'bay-4',
  });
  const part = { massMg: 100, uncertaintyMg: 1 };
  const said = {
    output: { ...made('blend'), model: 'identity-preserved' as const },
    inputs: [
      { lotId: id('clean'), massMg: 300, uncertaintyMg: 1, all: true },
      { lotId: id('b'), massMg: 200, uncertaintyMg: 1, all: false },
    ],
  };
  const { visitId, lines } = delivery('visit-1', { a: 1_000, b: 500 });
  const claimed = lines.map((row, at) =>
    at === 0 ? { ...row, characteristic: { name: 'post-consumer', sharePpm: 1_000_000 } } : row,
  );
  return stream([
    adoption(),
    gate.say('deliveryCompleted', visitId, { visitId, lines: claimed }),
    line.say('runStarted', run.runId, { ...run, inputs: [id('a')] }),
    belt.say('feedMetered', run.runId, feed('run-1', 'a', 400)),
    floor.say('containerWeighed', run.runId, container('run-1', 0, 300)),
    yard.say('lotsBlended', id('blend'), said),
    yard.say('lotSplit', id('blend'), {
      lotId: id('blend'),
      parts: ['part-1', 'part-2'].map((lot) => ({ ...made(lot), ...part })),
      all: false,
    }),
    yard.say('lotQuarantined', id('part-2'), { lotId: id('part-2'), reason: 'oil-found' }),
  ]);
}

beforeAll(async () => {
  service = await startFilledService(day());
}, 60_000);

afterAll(() => service.close());

async function ask<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const response = await service.get(path);
  expect([path, response.status]).toEqual([path, 200]);
  return schema.parse(await response.json());
}

const named = (lots: readonly { lotId: string; distance: number }[]): string[] =>
  lots.map(({ lotId, distance }) => `${lotId.slice(SITE.length + 1)} ${distance}`);

describe('a lot of the yard', () => {
  it('shows its model, place, pass and parents with what came from each', async () => {
    const lot = await ask(`/v1/lots/${id('blend')}`, lotDetailAnswer);
    expect(lot).toMatchObject({
      origin: 'yard',
      model: 'controlled-blending',
      pass: 1,
      place: 'bay-4',
      weighedMg: '300',
      successor: null,
      custody: {
        origin: null,
        shares: [{ characteristic: 'post-consumer', numerator: '3', denominator: '5' }],
      },
    });
    expect(lot.parents.map(({ lotId, contributions }) => [lotId, contributions])).toEqual([
      [id('b'), [{ via: 'blend', runId: null, massMg: '200', fedMg: null }]],
      [id('clean'), [{ via: 'blend', runId: null, massMg: '300', fedMg: null }]],
    ]);
    expect(lot.exceptions.map(({ code }) => code)).toEqual(['custody-raise-refused']);
    const clean = await ask(`/v1/lots/${id('clean')}`, lotDetailAnswer);
    expect(clean).toMatchObject({ state: 'consumed', successor: id('blend'), pass: 1 });
    expect(clean.parents[0]?.contributions).toEqual([
      { via: 'run', runId: id('run-1'), massMg: '300', fedMg: '400' },
    ]);
    const part = await ask(`/v1/lots/${id('part-2')}`, lotDetailAnswer);
    expect(part).toMatchObject({ state: 'quarantined', quarantine: { reason: 'oil-found' } });
  });

  it('is found by its state', async () => {
    const response = await service.get('/v1/lots?state=quarantined');
    const { items } = (await response.json()) as { items: { lotId: string }[] };
    expect(items.map(({ lotId }) => lotId)).toEqual([id('part-2')]);
  });

  it('has a genealogy both ways, through runs, blends and splits', async () => {
    const path = `/v1/lots/${id('clean')}/genealogy`;
    const both = await ask(path, genealogyAnswer);
    expect(named(both.lots)).toEqual(['clean 0', 'a -1', 'blend 1', 'part-1 2', 'part-2 2']);
    expect(both.complete).toBe(true);
    expect(both.edges).toEqual([
      { parentId: id('a'), childId: id('clean'), via: 'run', massMg: null },
      { parentId: id('clean'), childId: id('blend'), via: 'blend', massMg: '300' },
      { parentId: id('blend'), childId: id('part-1'), via: 'split', massMg: '100' },
      { parentId: id('blend'), childId: id('part-2'), via: 'split', massMg: '100' },
    ]);
    const up = await ask(`/v1/lots/${id('part-1')}/genealogy?direction=ancestors`, genealogyAnswer);
    expect(named(up.lots)).toEqual(['part-1 0', 'blend -1', 'b -2', 'clean -2', 'a -3']);
  });

  it('is bounded in depth and size, and refuses bounds that are none', async () => {
    const path = `/v1/lots/${id('clean')}/genealogy`;
    const near = await ask(`${path}?depth=1`, genealogyAnswer);
    expect(named(near.lots)).toEqual(['clean 0', 'a -1', 'blend 1']);
    expect(near.complete).toBe(false);
    const few = await ask(`${path}?limit=2`, genealogyAnswer);
    expect(few.lots).toHaveLength(2);
    expect(few.complete).toBe(false);
    expect((await service.get(`${path}?depth=99`)).status).toBe(400);
    expect((await service.get(`/v1/lots/${id('none')}/genealogy`)).status).toBe(404);
  });
});
