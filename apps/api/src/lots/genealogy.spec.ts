import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Kin, type Registrar, genealogyOf } from './genealogy.js';

const id = (at: number): string => `north.lot-${String(at).padStart(3, '0')}`;

const kinOf = (at: number, parents: readonly number[]): Kin => ({
  answer: {
    siteId: 'north',
    lotId: id(at),
    state: 'open',
    stream: 'steel',
    grade: 'E40',
    visitId: null,
    runId: null,
    model: 'segregated',
    pass: 0,
    place: null,
    keepsGrade: null,
    weighedMg: '0',
    pieces: '0',
    openedTime: '2026-11-24T08:00:00.000Z',
    openedIndex: 0,
    changedIndex: 0,
  },
  parents: parents.map(id),
  contributions: parents
    .filter((parent) => parent % 2 === 0)
    .map((parent) => ({ lotId: id(parent), via: 'blend', massMg: 5n })),
});

/** Parents of each lot; circles are among them, for a load recirculates. */
const families = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.array(fc.uniqueArray(fc.nat({ max: size - 1 }), { maxLength: 3 }), {
      minLength: size,
      maxLength: size,
    }),
  )
  .map((all) => all.map((parents, at) => parents.filter((parent) => parent !== at)));

function registrarOf(family: readonly number[][]): { registrar: Registrar; queries: number[] } {
  const kin = family.map((parents, at) => kinOf(at, parents));
  const queries: number[] = [];
  const find = (limit: number, matches: (one: Kin) => boolean): Promise<Kin[]> => {
    queries.push(limit);
    return Promise.resolve(kin.filter(matches).slice(0, limit));
  };
  return {
    queries,
    registrar: {
      byId: (ids, limit) => find(limit, ({ answer }) => ids.includes(answer.lotId)),
      childrenOf: (ids, limit) =>
        find(limit, ({ parents }) => parents.some((parent) => ids.includes(parent))),
    },
  };
}

/** All that can be reached from lot 0, the plain way. */
function reachable(family: readonly number[][], next: (at: number) => number[]): Set<string> {
  const seen = new Set([0]);
  for (const at of seen) for (const other of next(at)) seen.add(other);
  return new Set([...seen].map(id));
}

describe('a genealogy', () => {
  it('has all ancestors and descendants, once each, with every edge among them', async () => {
    await fc.assert(
      fc.asyncProperty(families, async (family) => {
        const { registrar } = registrarOf(family);
        const lot = kinOf(0, family[0]!);
        const ask = (direction: 'ancestors' | 'descendants') =>
          genealogyOf(lot, registrar, { direction, depth: 32, limit: 100 });
        const up = await ask('ancestors');
        expect(new Set(up.lots.map(({ lotId }) => lotId))).toEqual(
          reachable(family, (at) => family[at]!),
        );
        const down = await ask('descendants');
        expect(new Set(down.lots.map(({ lotId }) => lotId))).toEqual(
          reachable(family, (at) =>
            family.flatMap((of, child) => (of.includes(at) ? [child] : [])),
          ),
        );
        for (const { lots, edges, complete } of [up, down]) {
          expect(complete).toBe(true);
          const ids = lots.map(({ lotId }) => lotId);
          expect(new Set(ids).size).toBe(ids.length);
          const expected = family.flatMap((parents, child) =>
            parents
              .filter((parent) => ids.includes(id(parent)) && ids.includes(id(child)))
              .map((parent) => `${id(parent)} ${id(child)}`),
          );
          expect(edges.map((edge) => `${edge.parentId} ${edge.childId}`).sort()).toEqual(
            expected.sort(),
          );
        }
      }),
    );
  });

  it('is bounded in depth and size, and says so', async () => {
    await fc.assert(
      fc.asyncProperty(
        families,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        async (family, depth, limit) => {
          const { registrar, queries } = registrarOf(family);
          const lot = kinOf(0, family[0]!);
          const found = await genealogyOf(lot, registrar, { direction: 'both', depth, limit });
          expect(found.lots.length).toBeLessThanOrEqual(limit);
          expect(found.lots[0]?.lotId).toBe(id(0));
          for (const { distance } of found.lots) {
            expect(Math.abs(distance)).toBeLessThanOrEqual(depth);
          }
          expect(queries.length).toBeLessThanOrEqual(2 * (depth + 1));
          expect(Math.max(...queries)).toBeLessThanOrEqual(limit + 1);
          const whole = await genealogyOf(lot, registrar, {
            direction: 'both',
            depth: 32,
            limit: 1_000,
          });
          if (found.complete) expect(found.lots).toHaveLength(whole.lots.length);
        },
      ),
    );
  });
});
