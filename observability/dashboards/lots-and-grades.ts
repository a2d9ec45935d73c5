import type { Dashboard } from './dashboard.js';
import { SITE, STREAM } from './variables.js';

const HERE = '{site=~"$site"}';

export const lotsAndGrades: Dashboard = {
  slug: 'lots-and-grades',
  title: 'Lots and grades',
  description: 'What went into lots and came out of them, and how gradings ended.',
  refresh: '10s',
  variables: [SITE, STREAM],
  sections: [
    {
      title: 'Lots',
      panels: [
        {
          kind: 'timeseries',
          title: 'Weighed into lots',
          description: 'Gross debits of book W by class, since the books were opened.',
          unit: 'suffix: t',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `sum by (class) (site_stream_class_book:urbanmine_mass_grams_total:max{site=~"$site",stream=~"$stream",book="W"}) / 1e6`,
              legend: '{{class}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Weighed out of lots',
          description: 'Gross credits of book W by class: fed, split, blended, dispatched.',
          unit: 'suffix: t',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `sum by (class) (site_stream_class_book:urbanmine_mass_out_grams_total:max{site=~"$site",stream=~"$stream",book="W"}) / 1e6`,
              legend: '{{class}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Held in lots',
          description: 'Debits less credits of book W: what should be in the yard.',
          unit: 'suffix: t',
          width: 12,
          queries: [
            {
              expr: `sum by (class) (site_stream_class_book:urbanmine_mass_grams_total:max{site=~"$site",stream=~"$stream",book="W"} - site_stream_class_book:urbanmine_mass_out_grams_total:max{site=~"$site",stream=~"$stream",book="W"}) / 1e6`,
              legend: '{{class}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Pieces by class',
          description: 'Booked by the ledger.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `sum by (class) (site_stream_class:urbanmine_pieces_total:max{site=~"$site",stream=~"$stream"})`,
              legend: '{{class}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Grades',
      panels: [
        {
          kind: 'timeseries',
          title: 'Off-spec among graded lots in stock',
          description:
            'How many are to be expected: the sum of their probabilities. And how many lots that is of.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `max by (site, stream) (urbanmine_lots_off_spec_expected{site=~"$site",stream=~"$stream"})`,
              legend: '{{site}} {{stream}} off-spec',
              rare: 'no lot in stock was graded yet',
            },
            {
              expr: `max by (site, stream) (urbanmine_lots_graded{site=~"$site",stream=~"$stream"})`,
              legend: '{{site}} {{stream}} graded',
              rare: 'no lot in stock was graded yet',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'P(off-spec) of the worst lot in stock',
          description: 'Of those that were graded; /v1/lots has it of each.',
          unit: 'percentunit',
          width: 12,
          min: 0,
          max: 1,
          queries: [
            {
              expr: `max by (site, stream) (urbanmine_lots_off_spec_probability_max{site=~"$site",stream=~"$stream"})`,
              legend: '{{site}} {{stream}}',
              rare: 'no lot in stock was graded yet',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Gradings',
          description: 'In the last hour by verdict; a decision at a moment, by a dated book.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `sum by (site, verdict) (increase(urbanmine_lots_graded_total${HERE}[1h]))`,
              legend: '{{site}} {{verdict}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'What speaks against a lot',
          description: 'Exceptions of the last hour about lots.',
          unit: 'short',
          width: 12,
          min: 0,
          alerts: ['HazardNotAcknowledged'],
          queries: [
            {
              expr: `sum by (code) (increase(urbanmine_exceptions_total{site=~"$site",code=~"lot-.*|quarantined-.*|shipment-.*|delivery-mismatch|hazard-found|radiation-alarm"}[1h]))`,
              legend: '{{code}}',
            },
          ],
        },
      ],
    },
  ],
};
