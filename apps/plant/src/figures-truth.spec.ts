import { beforeAll, describe, expect, it } from '@jest/globals';
import { RULES, type RunFigures, type RunState, runFigures } from '#custody';
import type { Estimate } from '#materials';
import { type PlantDay, foldDay, playDay, recordOf } from './plant-day.spec-tools.js';
import { STEEL } from './steel-world.js';

/** Corrected classes and figures of runs against the truth that the plant drew. */

const SEEDS = ['a', 'b', 'c'];
const errors = RULES.get(Math.max(...RULES.keys()))!.estimates;

interface Case {
  readonly what: string;
  readonly truth: number;
  readonly found: Estimate;
  /** As the classifier said. */
  readonly observed?: number;
}

const sum = (figures: readonly number[]): number => figures.reduce((total, one) => total + one, 0);

/** Share of a class in each outlet, and in all of them. */
function classCases(run: PlantDay['runs'][number], { classes }: RunFigures): Case[] {
  const parts = [
    { what: 'feed', seen: classes.whole, outlets: run.outlets },
    ...run.outlets.map((one) => ({
      what: 'outlet',
      seen: classes.byOutlet.get(one.outlet),
      outlets: [one],
    })),
  ];
  return parts.flatMap(({ what, seen, outlets }) =>
    (seen?.shares ?? []).flatMap(({ class: name, observed, corrected }) => {
      const at = STEEL.classes.findIndex((one) => one === name);
      const massMg = sum(outlets.map((one) => one.massMg));
      if (corrected === null || at < 0 || massMg === 0) return [];
      const truth = sum(outlets.map(({ classesMg }) => classesMg[at]!)) / massMg;
      return [{ what, truth, found: corrected, observed }];
    }),
  );
}

function figureCases(run: PlantDay['runs'][number], state: RunState, found: RunFigures): Case[] {
  const fed = (of: (outlet: PlantDay['runs'][number]['outlets'][number]) => number): number =>
    sum(run.outlets.map(of));
  return found.outlets.flatMap((row) => {
    const outlet = run.outlets.find((one) => one.outlet === row.outlet)!;
    const planned = state.outlets.find((one) => one.outlet === row.outlet)!;
    const target = STEEL.classes.findIndex((one) => one === planned.targetClass);
    const of = (what: string, truth: number, figure: Estimate | null): Case[] =>
      figure === null ? [] : [{ what, truth, found: figure }];
    const feedMg = run.fedMg;
    return [
      ...of('yield', outlet.massMg / feedMg, row.yield),
      ...(target < 0
        ? []
        : [
            ...of('purity', outlet.classesMg[target]! / outlet.massMg, row.purity),
            ...of(
              'class recovery',
              outlet.classesMg[target]! / fed(({ classesMg }) => classesMg[target]!),
              row.recovery,
            ),
          ]),
      ...row.analytes.flatMap(({ analyte, recovery, enrichment }) => {
        const inAll = fed(({ massMg, ppm }) => massMg * (ppm[analyte] ?? 0));
        const inOutlet = outlet.massMg * (outlet.ppm[analyte] ?? 0);
        const feedShare = inAll / fed(({ massMg }) => massMg);
        return [
          ...of('recovery', inOutlet / inAll, recovery),
          ...of('enrichment', outlet.ppm[analyte]! / feedShare, enrichment),
        ];
      }),
    ];
  });
}

describe('runs of the simulated steel plant', () => {
  let classes: Case[];
  let figures: Case[];

  beforeAll(() => {
    const days = SEEDS.map((seed) => playDay({ streams: ['steel'], seed, lots: 4, rate: 400 }));
    const judged = days.flatMap((day) => {
      const records = day.events.map((event) =>
        recordOf({ ...event, ingestTimeMs: event.saidAtMs }),
      );
      const { set } = foldDay(day.registry, records);
      const lots = new Map([...set.lots].flatMap(([id, lot]) => (lot === null ? [] : [[id, lot]])));
      return day.runs.map((run) => {
        const state = set.runs.get(run.runId)!;
        return { run, state, found: runFigures(state, lots, errors) };
      });
    });
    classes = judged.flatMap(({ run, found }) => classCases(run, found));
    figures = judged.flatMap(({ run, state, found }) => figureCases(run, state, found));
  }, 120_000);

  const holding = (cases: readonly Case[]): number =>
    cases.filter(({ truth, found }) => Math.abs(truth - found.value) <= 1.96 * found.deviation)
      .length / cases.length;

  it.each(['feed', 'outlet'])(
    'corrects the classes of the %s: its intervals hold the truth',
    (of) => {
      const cases = classes.filter(({ what }) => what === of);
      expect(cases.length).toBeGreaterThan(50);
      expect(holding(cases)).toBeGreaterThan(0.9);
    },
  );

  it('comes nearer to the truth of the feed than what the classifier said', () => {
    const cases = classes.filter(({ what }) => what === 'feed');
    const off = (of: (one: Case) => number): number =>
      sum(cases.map((one) => Math.abs(of(one) - one.truth)));
    expect(off(({ found }) => found.value)).toBeLessThan(off(({ observed }) => observed!) / 2);
  });

  it.each(['yield', 'purity', 'class recovery', 'recovery', 'enrichment'])(
    'knows its %s as well as it says',
    (of) => {
      const cases = figures.filter(({ what }) => what === of);
      expect(cases.length).toBeGreaterThan(15);
      expect(holding(cases)).toBeGreaterThan(0.9);
    },
  );
});
