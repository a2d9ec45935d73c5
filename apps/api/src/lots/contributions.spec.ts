import { expect, it } from '@jest/globals';
import {
  Day,
  container,
  deliver,
  feed,
  id,
  runStart,
} from '../../../../test/arbitraries/site-day.js';
import { blend } from '../../../../test/arbitraries/yard-day.js';
import { contributionsOf } from './contributions.js';

it('tells what came from each parent, through runs in the shares of their feeds', () => {
  const day = new Day();
  deliver(day, 'visit-1', { a: 1_000, b: 1_000, c: 1_000 });
  const run = runStart('run-1', 'out', 'other');
  day.fold(
    day.line.say('runStarted', run.runId, run),
    day.belt.say('feedMetered', run.runId, feed('run-1', 'a', 300)),
    day.belt.say('feedMetered', run.runId, feed('run-1', 'b', 100)),
    day.floor.say('containerWeighed', run.runId, container('run-1', 0, 201)),
    day.floor.say('containerWeighed', run.runId, container('run-1', 1, 150)),
  );
  blend(day, 'out', { c: 70, b: 30 });
  const lot = day.set.lots.get(id('out'))!;
  const of = contributionsOf(lot, [day.set.runs.get(run.runId)!]);
  expect(Object.fromEntries(of)).toEqual({
    [id('a')]: [{ via: 'run', runId: id('run-1'), massMg: '150', fedMg: '300' }],
    [id('b')]: [
      { via: 'blend', runId: null, massMg: '30', fedMg: null },
      { via: 'run', runId: id('run-1'), massMg: '50', fedMg: '100' },
    ],
    [id('c')]: [{ via: 'blend', runId: null, massMg: '70', fedMg: null }],
  });
});
