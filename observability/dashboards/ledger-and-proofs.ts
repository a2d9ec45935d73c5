import type { Dashboard } from './dashboard.js';
import { SITE } from './variables.js';

const HERE = '{site=~"$site"}';

export const ledgerAndProofs: Dashboard = {
  slug: 'ledger-and-proofs',
  title: 'Ledger and proofs',
  description: 'Whether what was said is booked, signed and told, and what that costs.',
  refresh: '5s',
  variables: [SITE],
  sections: [
    {
      title: 'Signed logs',
      panels: [
        {
          kind: 'timeseries',
          title: 'Log size',
          description: 'Entries of each log, and how many of them a checkpoint covers.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            {
              expr: `max by (site) (urbanmine_log_size_entries${HERE})`,
              legend: '{{site}} entries',
            },
            {
              expr: `max by (site) (urbanmine_checkpoint_size_entries${HERE})`,
              legend: '{{site}} signed',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Checkpoint age',
          alerts: ['CheckpointStale'],
          description: 'Grows on an idle site, which has nothing to sign.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [
            { expr: `site:urbanmine_checkpoint_age_seconds:min${HERE}`, legend: '{{site}}' },
          ],
        },
        {
          kind: 'stat',
          title: 'Sites that the signer refuses',
          description: 'By reason; each has a remedy in the runbook SignerRefusing.',
          unit: 'short',
          width: 8,
          redFrom: 1,
          queries: [
            {
              expr: 'sum by (reason) (urbanmine_ledger_unsigned_sites)',
              legend: '{{reason}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Checkpoints',
          description: 'Signed, and cosigned by enough witnesses.',
          unit: 'suffix: /s',
          width: 12,
          min: 0,
          queries: [
            { expr: 'sum(rate(urbanmine_ledger_checkpoints_total[1m]))', legend: 'signed' },
            {
              expr: 'sum(rate(urbanmine_ledger_cosigned_checkpoints_total[1m]))',
              legend: 'cosigned',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Answers of witnesses',
          description: 'By outcome. No witness stops the flow; without any there is no series > 0.',
          unit: 'suffix: /s',
          width: 12,
          min: 0,
          queries: [
            {
              expr: 'sum by (outcome) (rate(urbanmine_ledger_witness_answers_total[5m]))',
              legend: '{{outcome}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Books',
      panels: [
        {
          kind: 'stat',
          title: 'Invariants broken',
          alerts: ['InvariantBroken'],
          description: 'Accounts, lots or chunks that broke one when the ledger last looked.',
          unit: 'short',
          width: 12,
          redFrom: 1,
          queries: [
            {
              expr: 'max by (invariant) (urbanmine_ledger_invariants_broken)',
              legend: '{{invariant}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Looks at the books',
          description: 'How often each invariant is checked; among millions of lots less often.',
          unit: 'suffix: /s',
          width: 12,
          min: 0,
          queries: [
            {
              expr: 'sum by (invariant) (rate(urbanmine_ledger_invariant_checks_total[5m]))',
              legend: '{{invariant}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Commits',
      panels: [
        {
          kind: 'timeseries',
          title: 'Time to fold and commit a batch',
          description: 'Median, 95th and 99th percentile of five minutes.',
          unit: 's',
          width: 12,
          min: 0,
          queries: [
            { expr: 'app:urbanmine_ledger_commit_seconds:p50_rate5m', legend: 'p50' },
            { expr: 'app:urbanmine_ledger_commit_seconds:p95_rate5m', legend: 'p95' },
            { expr: 'app:urbanmine_ledger_commit_seconds:p99_rate5m', legend: 'p99' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Records by what became of them',
          description: 'Duplicates are dropped and counted; parked ones wait for a lower seq.',
          unit: 'suffix: /s',
          width: 12,
          min: 0,
          queries: [
            {
              expr: 'sum by (outcome) (rate(urbanmine_ledger_records_total[1m]))',
              legend: '{{outcome}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Bytes of entries',
          description: 'Before and after compression.',
          unit: 'Bps',
          width: 12,
          min: 0,
          queries: [
            { expr: 'sum(rate(urbanmine_ledger_entry_bytes_total[1m]))', legend: 'said' },
            { expr: 'sum(rate(urbanmine_ledger_chunk_bytes_total[1m]))', legend: 'stored' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Waits to be told',
          description: 'Facts, lots, totals and checkpoints that are not in their topics yet.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            {
              expr: 'sum by (topic) (urbanmine_ledger_publish_backlog)',
              legend: '{{topic}}',
            },
          ],
        },
      ],
    },
  ],
};
