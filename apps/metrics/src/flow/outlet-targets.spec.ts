import { describe, expect, it } from '@jest/globals';
import { OutletTargets } from './outlet-targets.js';

const steel = [{ outlet: 0, targetClass: 'carbon-steel' }];
const copper = [{ outlet: 0, targetClass: 'copper-bearing' }];

describe('the targets of outlets', () => {
  it('are told once a sensor and run, and anew with the next run', () => {
    const targets = new OutletTargets();
    targets.runStarted('run-1', steel);
    targets.runStarted('run-2', copper);
    const seen = ['run-1', 'run-1', 'run-2'].map((run) => targets.frameSeen('north.sorter-1', run));
    expect(seen).toEqual([steel, undefined, copper]);
    expect(targets.frameSeen('north.sorter-2', 'run-2')).toEqual(copper);
  });

  it('are none of a run that was not seen to begin, or was forgotten', () => {
    const targets = new OutletTargets(1);
    targets.runStarted('run-1', steel);
    targets.runStarted('run-2', copper);
    expect(targets.frameSeen('north.sorter-1', 'run-1')).toEqual([]);
    expect(targets.frameSeen('north.sorter-1', 'run-0')).toEqual([]);
  });
});
