import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { interleaving } from '../../../test/arbitraries/disorder.js';
import { siteHistory } from '../../../test/arbitraries/site-history.js';
import { emptySite, loadAndFold, stream } from '../../../test/arbitraries/site-stream.js';
import { isHazardClass } from './hazards.js';

const streams = siteHistory
  .chain(({ events }) => interleaving(events))
  .map((events) => stream(events));

it('no lot holds a hazard that nobody was told of, and none is free without a release', () => {
  fc.assert(
    fc.property(streams, (records) => {
      const set = emptySite();
      const { facts, exceptionsRaised } = loadAndFold(set, records);
      const told = exceptionsRaised.filter(({ code }) => code === 'hazard-found');
      const released = facts
        .filter(({ attributes }) => attributes.type.includes('lot.released'))
        .map(({ attributes }) => attributes.subject);
      for (const run of set.runs.values()) {
        for (const row of run?.estimatedOut ?? []) {
          if (!isHazardClass(row.class)) continue;
          const found = told.filter(
            ({ figures }) => figures['run'] === run?.runId && figures['hazard'] === row.class,
          );
          expect(found.map(({ figures }) => figures['outlet'])).toContain(String(row.outlet));
        }
      }
      for (const lot of set.lots.values()) {
        if (lot === null || !Object.keys(lot.estimated).some(isHazardClass)) continue;
        if (released.includes(lot.lotId)) continue;
        expect(lot.quarantine).toMatchObject({ mandatory: true });
      }
    }),
  );
});

it('mass of a flagged piece stands in no harmless account', () => {
  fc.assert(
    fc.property(streams, (records) => {
      const flagged = new Map<string, bigint>();
      for (const { typed } of records) {
        if (typed.key !== 'piecesClassified') continue;
        const { scan, classification } = typed.data;
        const { flags, flagged: pairs, classes } = classification;
        const hazardous = (piece: number): boolean =>
          isHazardClass(classes[classification.class[piece]!]!) ||
          pairs.some(
            (flag, at) =>
              at % 2 === 1 && pairs[at - 1] === piece && flags[flag]!.startsWith('hazard:'),
          );
        scan.massMg.forEach((mg, piece) => {
          if (!hazardous(piece)) return;
          flagged.set(scan.runId, (flagged.get(scan.runId) ?? 0n) + BigInt(mg ?? 0));
        });
      }
      const set = emptySite();
      loadAndFold(set, records);
      for (const run of set.runs.values()) {
        if (run === null) continue;
        const rows = run.estimatedOut.filter((row) => isHazardClass(row.class));
        const booked = rows.reduce((sum, { massMg }) => sum + massMg, 0n);
        expect(booked).toBe(flagged.get(run.runId) ?? 0n);
      }
    }),
  );
});
