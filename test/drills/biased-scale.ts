import { HAND_DAY, HAND_RUN, enter } from '../office-day.js';
import { fromApi } from '../line-reading.js';
import { type RunningLine, until } from '../running-line.js';
import type { Drill } from './drill-case.js';

/** A day by hand under ids of its own; the floor scale shows `shareOfTruth` of what is on it. */
async function enterDay(line: RunningLine, day: string, shareOfTruth: number): Promise<void> {
  for (const [at, [name, data]] of HAND_DAY.entries()) {
    const own = JSON.parse(JSON.stringify(data).replaceAll('by-hand', day)) as { massMg?: number };
    if (name === 'container.weighed') own.massMg = Math.round(own.massMg! * shareOfTruth);
    // What leaves the yard says nothing about the run.
    if (name !== 'shipment.dispatched') await enter(line, name, own, `${day}-${at}`);
  }
  const runId = HAND_RUN.replace('by-hand', day);
  await until(`the balance of ${runId}`, 60_000, async () => {
    const { state } = await fromApi<{ state: string }>(line, `/v1/runs/${runId}`);
    return state === 'balanced' ? true : undefined;
  });
}

export const biasedScale: Drill = {
  name: 'biased-scale',
  alerts: ['UnaccountedMass'],
  what: 'a floor scale shows 4 % too little of everything that comes out of a run',
  remedy: 'the scale is adjusted, and the next run closes',
  hurry: [],
  async provoke(line) {
    await line.enrol(1);
    await enterDay(line, 'drill-biased', 0.96);
  },
  remedyIt: (line) => enterDay(line, 'drill-adjusted', 1),
};
