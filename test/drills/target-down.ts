import type { Drill } from './drill-case.js';
import { freeze, wake } from './signals.js';

export const targetDown: Drill = {
  name: 'target-down',
  alerts: ['TargetDown'],
  what: 'the api hangs: its port takes connections and nobody answers',
  remedy: 'it goes on',
  hurry: [
    [
      'expr: up{job="urbanmine"} == 0\n        for: 1m',
      'expr: up{job="urbanmine"} == 0\n        for: 5s',
    ],
  ],
  provoke: (line) => {
    freeze(line, 'api');
    return Promise.resolve();
  },
  remedyIt: (line) => {
    wake(line, 'api');
    return Promise.resolve();
  },
};
