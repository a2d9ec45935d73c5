import type { Dashboard } from './dashboard.js';

export const pipeline: Dashboard = {
  slug: 'pipeline',
  title: 'Pipeline',
  description: 'How records travel from the gateway to the ledger, and where they wait.',
  refresh: '5s',
  variables: [],
  sections: [
    {
      title: 'Gateway',
      panels: [
        {
          kind: 'timeseries',
          title: 'Events by outcome',
          description: 'Deferred: the broker did not acknowledge in time and stations try again.',
          unit: 'suffix: /s',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'sum by (outcome) (rate(urbanmine_gateway_events_total[1m]))',
              legend: '{{outcome}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Time to answer',
          description: 'The 99th percentile by status, acknowledgement of the broker included.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'status:urbanmine_gateway_request_seconds:p99_rate5m',
              legend: '{{status}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Held in memory',
          description: 'Bodies of requests under way; bounded, and what does not fit is told 503.',
          unit: 'bytes',
          width: 8,
          min: 0,
          queries: [{ expr: 'sum(urbanmine_gateway_in_flight_bytes)', legend: 'bodies' }],
        },
      ],
    },
    {
      title: 'Topics',
      panels: [
        {
          kind: 'timeseries',
          title: 'Consumer lag',
          description: 'Records that wait, by consumer and topic.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            {
              expr: 'app_topic:urbanmine_kafka_lag_records:sum',
              legend: '{{app}} {{topic}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Records handled',
          description: 'By consumer and topic.',
          unit: 'suffix: /s',
          width: 12,
          min: 0,
          queries: [
            {
              expr: 'sum by (app, topic) (rate(urbanmine_kafka_records_total[1m]))',
              legend: '{{app}} {{topic}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Batch size',
          description: 'Mean of five minutes; cost is by batch at low rates.',
          unit: 'suffix: records',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'app:urbanmine_kafka_batch_records:mean_rate5m',
              legend: '{{app}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Time of a batch',
          description: 'The 99th percentile from its fetch to its commit.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'app:urbanmine_kafka_batch_seconds:p99_rate5m',
              legend: '{{app}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Rejects',
          description: 'Records that no schema accepts; each is a dead letter and a log entry.',
          unit: 'suffix: /s',
          width: 8,
          min: 0,
          queries: [
            {
              expr: 'sum by (reason) (rate(urbanmine_classifier_rejects_total[5m]))',
              legend: '{{reason}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Where it waits and breaks off',
      panels: [
        {
          kind: 'timeseries',
          title: 'Time that records wait at most',
          description: 'Grows by a second a second where a consumer is stuck.',
          unit: 's',
          width: 8,
          min: 0,
          alerts: ['ConsumerLagGrowing', 'LedgerStopped'],
          queries: [
            {
              expr: 'app_topic:urbanmine_kafka_lag_seconds:max',
              legend: '{{app}} {{topic}}',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Partitions stopped',
          description: 'Too large a share of their records was rejected.',
          unit: 'short',
          width: 4,
          redFrom: 1,
          alerts: ['PartitionStopped', 'RecordsRejected'],
          queries: [
            {
              expr: 'max by (app, topic) (urbanmine_kafka_stopped_partitions)',
              legend: '{{app}} {{topic}}',
              rare: 'a partition that was never stopped has no series',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Connections to the database',
          description: 'At work, and work that waits for one: then a pool is too small.',
          unit: 'short',
          width: 6,
          min: 0,
          queries: [
            {
              expr: 'sum by (app) (urbanmine_database_connections_in_use)',
              legend: '{{app}} at work',
            },
            {
              expr: 'sum by (app) (urbanmine_database_connections_waited_for)',
              legend: '{{app}} waiting',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Size of the database',
          description: 'Everything that the ledger has stored, indexes included.',
          unit: 'bytes',
          width: 6,
          min: 0,
          alerts: ['DiskFilling'],
          queries: [{ expr: 'max(urbanmine_database_bytes)', legend: 'database' }],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          kind: 'timeseries',
          title: 'CPU',
          description: 'Cores in use, by process.',
          unit: 'suffix: cores',
          width: 8,
          min: 0,
          queries: [
            { expr: 'sum by (app) (rate(process_cpu_seconds_total[1m]))', legend: '{{app}}' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Memory',
          description: 'Resident, by process.',
          unit: 'bytes',
          width: 8,
          min: 0,
          queries: [{ expr: 'sum by (app) (process_resident_memory_bytes)', legend: '{{app}}' }],
        },
        {
          kind: 'timeseries',
          title: 'Event loop delay',
          description: 'The 99th percentile; above 0.1 s answers and heartbeats are late.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [{ expr: 'max by (app) (nodejs_eventloop_lag_p99_seconds)', legend: '{{app}}' }],
        },
      ],
    },
  ],
};
