import { describe, expect, it } from '@jest/globals';
import { EVENTS } from '#contracts';
import { FeedReadings } from './feed-readings.js';
import { FrameTally } from './frame-tally.js';

const [frame] = EVENTS.piecesClassified.examples;

describe('a tally of frames', () => {
  it('sums pieces by station, and mass by class and outlet, too', () => {
    const tally = new FrameTally();
    const columns = {
      scan: { ...frame!.scan, massMg: [400, null, 100], outlet: [0, 0, 1], offsetMs: [0, 1, 2] },
      classification: {
        ...frame!.classification,
        classes: ['carbon-steel', 'unresolved'],
        class: [0, 1, 0],
        confidencePpm: [900_000, 400_000, 800_000],
      },
    };
    tally.add('north.sorter-1', columns);
    tally.add('north.sorter-1', columns);
    const place = { site: 'north', station: 'sorter-1' };
    expect([...tally.stationSums]).toEqual([
      { ...place, frames: 2, pieces: 6, unresolved: 2, confidencePpm: 4_200_000 },
    ]);
    expect([...tally.flowSums]).toEqual([
      { ...place, class: 'carbon-steel', outlet: 0, massMg: 800 },
      { ...place, class: 'unresolved', outlet: 0, massMg: 0 },
      { ...place, class: 'carbon-steel', outlet: 1, massMg: 200 },
    ]);
  });
});

describe('feed readings', () => {
  const METER = 'north.belt 1 north.lot-1';

  it('grow by what is above the largest one, and begin with the first', () => {
    const readings = new FeedReadings();
    const growth = [500, 700, 600, 700, 900].map((mg) => readings.growthMg('run-1', METER, mg));
    expect(growth).toEqual([0, 200, 0, 0, 200]);
    expect(readings.growthMg('run-1', 'another', 100)).toBe(0);
  });

  it('count in full from the first one on in a run that was seen to begin', () => {
    const readings = new FeedReadings();
    readings.runStarted('run-1');
    const growth = [500, 700, 600].map((mg) => readings.growthMg('run-1', METER, mg));
    expect(growth).toEqual([500, 200, 0]);
    expect(readings.growthMg('run-2', METER, 500)).toBe(0);
  });

  it('forget what was not heard of for longest', () => {
    const readings = new FeedReadings(2);
    readings.growthMg('run-1', METER, 1);
    readings.growthMg('run-2', METER, 1);
    readings.growthMg('run-1', METER, 2);
    readings.growthMg('run-3', METER, 1);
    expect(readings.growthMg('run-2', METER, 5)).toBe(0);
    expect(readings.growthMg('run-3', METER, 5)).toBe(4);
  });
});
