import pg from 'pg';
import type { Drill } from './drill-case.js';

let holder: pg.Client | undefined;

export const growingLag: Drill = {
  name: 'growing-lag',
  alerts: ['ConsumerLagGrowing'],
  also: ['DeliveryBudgetBurning'],
  what: 'somebody locks a table of the log in a transaction and leaves it open; the ledger waits',
  remedy: 'the transaction is ended, and the ledger books what has waited',
  rate: 200,
  hurry: [
    [
      'app_topic:urbanmine_kafka_lag_records:sum > 1000\n            and deriv(app_topic:urbanmine_kafka_lag_records:sum[5m]) > 0\n        for: 5m',
      'app_topic:urbanmine_kafka_lag_records:sum > 50\n            and deriv(app_topic:urbanmine_kafka_lag_records:sum[20s]) > 0\n        for: 4s',
    ],
  ],
  async provoke({ databaseUrl }) {
    holder = new pg.Client({ connectionString: databaseUrl });
    // Where the drill fails the line is stopped under it, and nothing is held any more.
    holder.on('error', () => (holder = undefined));
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE chunk IN EXCLUSIVE MODE');
  },
  async remedyIt() {
    await holder?.query('ROLLBACK');
    await holder?.end();
  },
};
