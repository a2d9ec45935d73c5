import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from './drill-case.js';
import { freeze, wake } from './signals.js';

const FROZEN_MS = 10_000;

/** Windows in place of those of a month's budget: what is late leaves them in half a minute. */
const window = (of: string): readonly [string, string] => {
  const ratio = (time: string): string =>
    `le="1"}[${time}]))\n            / sum by (app) (rate(urbanmine_ledger_delivery_seconds_count[${time}]))`;
  return [ratio(of), ratio('30s')];
};

export const slowDelivery: Drill = {
  name: 'slow-delivery',
  alerts: ['DeliveryBudgetBurning', 'DeliveryBudgetThreatened'],
  what: 'the classifier is frozen for ten seconds, and what came meanwhile is late in the log',
  remedy: 'none: everything has arrived, and what follows is in time',
  rate: 200,
  hurry: [
    window('5m'),
    window('30m'),
    [
      'ratio_rate1h > 14.4 * 0.001\n        for: 2m',
      'ratio_rate1h > 14.4 * 0.001\n        for: 4s',
    ],
    ['ratio_rate6h > 6 * 0.001\n        for: 15m', 'ratio_rate6h > 6 * 0.001\n        for: 4s'],
  ],
  async provoke(line) {
    freeze(line, 'classifier');
    await sleep(FROZEN_MS);
    wake(line, 'classifier');
  },
  remedyIt: () => Promise.resolve(),
};
