import type { Dashboard } from './dashboard.js';
import { SITE } from './variables.js';

const HERE = '{site=~"$site"}';

export const slo: Dashboard = {
  slug: 'slo',
  title: 'SLO',
  description:
    'What the installation promises, how well it keeps it, and what is left of the budget.',
  refresh: '30s',
  variables: [SITE],
  sections: [
    {
      title: 'Delivery to the log within 1 s: 99.9 %',
      panels: [
        {
          kind: 'stat',
          title: 'Late now',
          description:
            'Share of the records of the last five minutes that were in the log later than 1 s.',
          unit: 'percentunit',
          width: 6,
          decimals: 3,
          redFrom: 0.001,
          alerts: ['DeliveryBudgetBurning', 'DeliveryBudgetThreatened'],
          queries: [{ expr: `max(app:urbanmine_delivery_late:ratio_rate5m)`, legend: 'late' }],
        },
        {
          kind: 'stat',
          title: 'Late in six hours',
          description: 'The same over six hours, or as long as there are data.',
          unit: 'percentunit',
          width: 6,
          decimals: 3,
          redFrom: 0.001,
          queries: [{ expr: `max(app:urbanmine_delivery_late:ratio_rate6h)`, legend: 'late' }],
        },
        {
          kind: 'timeseries',
          title: 'Speed at which the budget burns',
          description:
            '1 uses up the budget of 30 days in 30 days; above 14.4 over five minutes and an hour somebody is called.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            { expr: `app:urbanmine_delivery_late:ratio_rate5m / 0.001`, legend: '5 min' },
            { expr: `app:urbanmine_delivery_late:ratio_rate1h / 0.001`, legend: '1 h' },
            { expr: `app:urbanmine_delivery_late:ratio_rate6h / 0.001`, legend: '6 h' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Time to the log',
          description:
            'From the append to station-events to the commit; half of the records, and all but 1 %.',
          unit: 's',
          width: 12,
          min: 0,
          queries: [
            { expr: `app:urbanmine_delivery_seconds:p50_rate5m`, legend: 'p50' },
            { expr: `app:urbanmine_delivery_seconds:p99_rate5m`, legend: 'p99' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Time that records wait at most',
          description: 'By consumer and topic; where the delay is.',
          unit: 's',
          width: 12,
          min: 0,
          alerts: ['ConsumerLagGrowing'],
          queries: [
            { expr: `app_topic:urbanmine_kafka_lag_seconds:max`, legend: '{{app}} {{topic}}' },
          ],
        },
      ],
    },
    {
      title: 'What must not happen',
      panels: [
        {
          kind: 'stat',
          title: 'Standard uncertainties beyond closing',
          description: 'Of the newest run balance of each site; beyond 3 is not chance.',
          unit: 'short',
          width: 8,
          decimals: 1,
          redFrom: 3,
          alerts: ['UnaccountedMass'],
          queries: [
            {
              expr: `site:urbanmine_run_unaccounted_sigmas:max${HERE}`,
              legend: '{{site}}',
              rare: 'no run was balanced yet',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Entries without a checkpoint',
          description: 'Of each log; within a second or so it goes back to 0.',
          unit: 'short',
          width: 8,
          alerts: ['CheckpointStale', 'SignerRefusing'],
          queries: [{ expr: `site:urbanmine_unsigned_entries:max${HERE}`, legend: '{{site}}' }],
        },
        {
          kind: 'stat',
          title: 'Gaps and failed seals',
          description: 'Of the last day.',
          unit: 'short',
          width: 8,
          decimals: 0,
          redFrom: 1,
          alerts: ['GapDeclared', 'SealFailed'],
          queries: [
            {
              expr: `sum by (site) (increase(urbanmine_gaps_total${HERE}[1d]))`,
              legend: '{{site}} gaps',
            },
            {
              expr: `sum by (site) (increase(urbanmine_exceptions_total{site=~"$site",code="seal-failed"}[1d]))`,
              legend: '{{site}} seals',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Hazards that nobody acknowledged',
          description: 'Danger to people before it is anything to the books.',
          unit: 'short',
          width: 8,
          decimals: 0,
          redFrom: 1,
          alerts: ['HazardNotAcknowledged'],
          queries: [
            { expr: `max by (site) (urbanmine_hazards_unacknowledged${HERE})`, legend: '{{site}}' },
          ],
        },
        {
          kind: 'stat',
          title: 'Processes that answer',
          description: 'Of those that Prometheus is told of.',
          unit: 'percentunit',
          width: 8,
          decimals: 0,
          alerts: ['TargetDown', 'LedgerStopped'],
          queries: [{ expr: `avg(up{job="urbanmine"})`, legend: 'up' }],
        },
        {
          kind: 'stat',
          title: 'Room on disks',
          description:
            'Of the guard, without which nothing is signed, and of the database where DATABASE_QUOTA_BYTES is set.',
          unit: 'percentunit',
          width: 8,
          decimals: 0,
          alerts: ['DiskFilling'],
          queries: [{ expr: 'min by (disk) (disk:urbanmine_disk_free:ratio)', legend: '{{disk}}' }],
        },
      ],
    },
  ],
};
