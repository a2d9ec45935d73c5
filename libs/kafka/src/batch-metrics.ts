import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const PLACE = ['topic', 'partition'] as const;
type Place = (typeof PLACE)[number];

export interface BatchMetrics {
  readonly lag: Gauge<Place>;
  readonly lagSeconds: Gauge<Place>;
  readonly records: Counter<'topic'>;
  readonly batchSize: Histogram<'topic'>;
  readonly seconds: Histogram<'topic'>;
  readonly retries: Counter<'topic'>;
  readonly poison: Counter<'topic' | 'reason'>;
  readonly stopped: Gauge<'topic'>;
}

const known = new WeakMap<Registry, BatchMetrics>();

/** One set a registry, however many consumers a process has. */
export function batchMetrics(registry: Registry): BatchMetrics {
  const existing = known.get(registry);
  if (existing !== undefined) return existing;
  const registers = [registry];
  const metrics: BatchMetrics = {
    lag: new Gauge({
      name: 'urbanmine_kafka_lag_records',
      help: 'Records that stand in the partition after the last one handled',
      labelNames: PLACE,
      registers,
    }),
    lagSeconds: new Gauge({
      name: 'urbanmine_kafka_lag_seconds',
      help: 'Time that the oldest of these records has waited at most; 0 = none waits',
      labelNames: PLACE,
      registers,
    }),
    records: new Counter({
      name: 'urbanmine_kafka_records_total',
      help: 'Records handled and committed',
      labelNames: ['topic'],
      registers,
    }),
    batchSize: new Histogram({
      name: 'urbanmine_kafka_batch_records',
      help: 'Records of a batch as fetched',
      labelNames: ['topic'],
      buckets: [1, 4, 16, 64, 256, 1024, 4096],
      registers,
    }),
    seconds: new Histogram({
      name: 'urbanmine_kafka_batch_seconds',
      help: 'Time from a batch to its commit, failures included',
      labelNames: ['topic'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    retries: new Counter({
      name: 'urbanmine_kafka_retries_total',
      help: 'Batches that failed and are tried again',
      labelNames: ['topic'],
      registers,
    }),
    poison: new Counter({
      name: 'urbanmine_kafka_poison_total',
      help: 'Records rejected because no try could ever accept them',
      labelNames: ['topic', 'reason'],
      registers,
    }),
    stopped: new Gauge({
      name: 'urbanmine_kafka_stopped_partitions',
      help: 'Partitions that are stopped because too large a share of them was rejected',
      labelNames: ['topic'],
      registers,
    }),
  };
  known.set(registry, metrics);
  return metrics;
}
