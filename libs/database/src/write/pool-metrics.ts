import { Gauge, type Registry } from 'prom-client';
import type { Pool } from './pool.js';

/** What is read of a pool. */
export type PoolCounts = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>;

/** How much of a pool is in use; a queue that does not empty means that the pool is too small. */
export function registerPoolGauges(registry: Registry, pool: PoolCounts): void {
  const registers = [registry];
  new Gauge({
    name: 'urbanmine_database_connections_in_use',
    help: 'Connections of the pool of this process that are at work',
    registers,
    collect() {
      this.set(pool.totalCount - pool.idleCount);
    },
  });
  new Gauge({
    name: 'urbanmine_database_connections_waited_for',
    help: 'Pieces of work that wait for a connection of the pool',
    registers,
    collect() {
      this.set(pool.waitingCount);
    },
  });
}
