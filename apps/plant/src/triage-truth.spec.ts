import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeBody, decodeEntry, parseJson } from '#contracts';
import type { RunState } from '#custody';
import { PRODUCT_KEYS, UNRESOLVED, hazardNamed, productSlug, recogniseFrame } from '#materials';
import { TRIAGE as FIGURES } from './plant-book.js';
import { type PlantDay, foldDay, playDay, recordOf } from './plant-day.spec-tools.js';
import { TRIAGE_LINE } from './triage-world.js';

describe('devices that a camera names, against the truth of the plant', () => {
  let day: PlantDay;
  let books: ReturnType<typeof foldDay>;
  let runs: readonly RunState[];
  let truths: PlantDay['runs'];

  beforeAll(() => {
    day = playDay({ streams: ['ewaste'], seed: 'day-3', lots: 4, rate: 400 });
    const records = day.events.map((event) => recordOf({ ...event, ingestTimeMs: event.saidAtMs }));
    books = foldDay(day.registry, records);
    runs = [...books.set.runs.values()].filter((run) => run !== null);
    runs = runs.filter(({ recipe }) => recipe === TRIAGE_LINE.recipe);
    truths = day.runs.filter(({ runId }) => runs.some((run) => run.runId === runId));
  }, 60_000);

  /** What the ledger has of a class in all outlets, mg and pieces. */
  const found = (name: string) => {
    const rows = runs.flatMap(({ estimatedOut }) => estimatedOut);
    const own = rows.filter((row) => row.class === name);
    return {
      massMg: own.reduce((sum, { massMg }) => sum + Number(massMg), 0),
      pieces: own.reduce((sum, { pieces }) => sum + Number(pieces), 0),
    };
  };

  const trueMg = (name: string, ofOutlet?: number): number => {
    const at = TRIAGE_LINE.classes.indexOf(name);
    return truths
      .flatMap(({ outlets }) => outlets)
      .filter(({ outlet }) => ofOutlet === undefined || outlet === ofOutlet)
      .reduce((sum, { classesMg }) => sum + (at < 0 ? 0 : classesMg[at]!), 0);
  };

  it('are booked once, each by what it was named as', () => {
    expect(runs).toHaveLength(4);
    const pieces = runs.reduce((sum, run) => sum + Number(run.pieces), 0);
    expect(pieces).toBe(truths.reduce((sum, run) => sum + run.pieces, 0));
    expect(found(UNRESOLVED).pieces / pieces).toBeLessThan(0.08);
  });

  it('are named wrongly no more than the stated confidence allows', () => {
    let wrongMg = 0;
    let variance = 0;
    for (const { typed } of day.events) {
      if (typed.key !== 'piecesScanned' || typed.data.recognised === undefined) continue;
      const named = recogniseFrame(typed.data);
      for (const [at, massMg] of typed.data.massMg.entries()) {
        if (named.classes[named.class[at]!] === UNRESOLVED) continue;
        const right = named.confidencePpm[at]! / 1_000_000;
        wrongMg += massMg! * (1 - right);
        variance += massMg! ** 2 * right * (1 - right);
      }
    }
    const tooMuch = PRODUCT_KEYS.keys.map(({ key }) => {
      const product = productSlug(key);
      return Math.max(0, found(product).massMg - trueMg(product));
    });
    const tooMuchMg = tooMuch.reduce((sum, mg) => sum + mg, 0);
    expect(tooMuchMg).toBeLessThan(wrongMg + 3 * Math.sqrt(variance));
    const namedMg = PRODUCT_KEYS.keys.reduce(
      (sum, { key }) => sum + found(productSlug(key)).massMg,
      0,
    );
    expect(wrongMg / namedMg).toBeLessThan(0.03);
  });

  it.each([
    [0, 6],
    [1, 2],
    [2, 5],
  ])('lie in outlet %i, nine tenths of them of WEEE category %i', (outlet, category) => {
    const all = TRIAGE_LINE.classes.reduce((sum, name) => sum + trueMg(name, outlet), 0);
    const own = PRODUCT_KEYS.keys
      .filter(({ weeeCategory }) => weeeCategory === category)
      .reduce((sum, { key }) => sum + trueMg(productSlug(key), outlet), 0);
    expect(own / all).toBeGreaterThan(0.9);
  });

  it('with loose batteries, each told at once, weighed as hazardous, and released by another', () => {
    const pickedMg = truths.reduce((sum, run) => sum + run.pickedMg, 0);
    expect(pickedMg).toBeGreaterThan(0);
    const hazards = new Set(FIGURES.looseBatteries.map(({ label }) => hazardNamed(label)!.hazard));
    const seenMg = [...hazards].reduce((sum, hazard) => sum + found(hazard).massMg, 0);
    expect(Math.abs(seenMg / pickedMg - 1)).toBeLessThan(0.005);
    const lost = runs.flatMap(({ losses }) => losses.filter((row) => row.account === 'hazardous'));
    const lostMg = lost.reduce((sum, { massMg }) => sum + Number(massMg), 0);
    const sigma = Math.hypot(...lost.map(({ uncertaintyMg }) => Number(uncertaintyMg)));
    expect(Math.abs(lostMg - pickedMg)).toBeLessThan(3 * sigma);

    const facts = books.result.entries.map((entry) => {
      const { attributes, data } = decodeEntry(entry);
      return decodeBody(attributes.type, parseJson(data));
    });
    const apart = facts.flatMap((typed) =>
      typed.key === 'lotWasQuarantined' ? [typed.data.lotId] : [],
    );
    const released = facts.flatMap((typed) =>
      typed.key === 'lotWasReleased' ? [typed.data.lotId] : [],
    );
    for (const { outlets, pickedMg: mg } of truths) {
      const { lotId } = outlets[3]!;
      expect([apart.includes(lotId), released.includes(lotId)]).toEqual([mg > 0, mg > 0]);
    }
  });
});
