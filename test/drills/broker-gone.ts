import type { Drill } from './drill-case.js';

export const brokerGone: Drill = {
  name: 'broker-gone',
  alerts: ['EventsDeferred'],
  also: ['DeliveryBudgetBurning'],
  what: 'Kafka is killed and stays away; stations go on trying to hand over',
  remedy: 'it is started on its data, and the stations send what they have kept',
  rate: 200,
  hurry: [
    [
      'urbanmine_gateway_events_total{outcome="deferred"}[1m])) > 0\n        for: 1m',
      'urbanmine_gateway_events_total{outcome="deferred"}[20s])) > 0\n        for: 5s',
    ],
  ],
  provoke: ({ servers }) => servers.kafka.kill9(),
  remedyIt: ({ servers }) => servers.kafka.restart(),
};
