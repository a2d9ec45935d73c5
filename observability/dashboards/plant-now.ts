import { RECIPES, compositionsOf } from '#materials';
import type { Dashboard } from './dashboard.js';
import { LINE, SITE, STREAM } from './variables.js';

const HERE = '{site=~"$site"}';
const LINE_HERE = '{site=~"$site",line=~"$line"}';

const OUTLETS = [0, 1, 2, 3, 4, 5, 6, 7];
const CLASSES = [
  ...new Set(
    RECIPES.recipes.flatMap((recipe) => compositionsOf(recipe).classes.map((one) => one.class)),
  ),
].sort();

/** A share and the edges of its band, k = 2, within 0 and 1. */
function banded(
  rule: string,
  legend: string,
): Dashboard['sections'][number]['panels'][number]['queries'] {
  const share = `${rule}:ratio_rate5m`;
  const expanded = `2 * ${rule}:uncertainty_rate5m`;
  const here = `* on (site, station) group_left (line) site_station_line:urbanmine_station_line:max${LINE_HERE}`;
  return [
    { expr: `${share} ${here}`, legend },
    { expr: `clamp_min(${share} - ${expanded}, 0) ${here}`, legend: `${legend} low` },
    { expr: `clamp_max(${share} + ${expanded}, 1) ${here}`, legend: `${legend} high` },
  ];
}

export const plantNow: Dashboard = {
  slug: 'plant-now',
  title: 'Plant now',
  description: 'What the plant does and whether its figures are signed.',
  refresh: '5s',
  variables: [SITE, LINE, STREAM],
  sections: [
    {
      title: 'This minute',
      panels: [
        {
          kind: 'stat',
          title: 'Feed',
          description: 'Mass that belt scales, cranes and loaders metered in the last minute.',
          unit: 'suffix: t/h',
          width: 6,
          decimals: 1,
          queries: [
            {
              expr: `sum(site_station_line:urbanmine_feed_mass_grams:rate1m${LINE_HERE}) * 3600 / 1e6`,
              legend: 't/h',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Pieces',
          description: 'Pieces seen in frames in the last minute.',
          unit: 'suffix: /s',
          width: 6,
          decimals: 0,
          queries: [
            {
              expr: `sum(site_station_line:urbanmine_flow_pieces:rate1m${LINE_HERE})`,
              legend: 'pieces/s',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Open exceptions',
          description: 'What a person should look at: /v1/exceptions?open=true.',
          unit: 'short',
          width: 6,
          decimals: 0,
          queries: [
            { expr: `sum(max by (site) (urbanmine_exceptions_open${HERE}))`, legend: 'open' },
          ],
        },
        {
          kind: 'stat',
          title: 'Oldest unsigned entry',
          description: '0 while a checkpoint covers every entry.',
          unit: 's',
          width: 6,
          redFrom: 30,
          queries: [{ expr: 'max(urbanmine_ledger_checkpoint_age_seconds)', legend: 'age' }],
        },
      ],
    },
    {
      title: 'Flow',
      panels: [
        {
          kind: 'timeseries',
          title: 'Feed by line',
          description: 'What was metered into runs.',
          unit: 'suffix: t/h',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `sum by (site, line) (site_station_line:urbanmine_feed_mass_grams:rate1m${LINE_HERE}) * 3600 / 1e6`,
              legend: '{{site}} {{line}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Pieces by station',
          description: 'What each sensor saw.',
          unit: 'suffix: /s',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `site_station_line:urbanmine_flow_pieces:rate1m${LINE_HERE}`,
              legend: '{{site}} {{station}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Estimated mass by class',
          description: 'Book E: what pieces came to, since the books were opened.',
          unit: 'suffix: t',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `sum by (class) (site_stream_class_book:urbanmine_mass_grams_total:max{site=~"$site",stream=~"$stream",book="E"}) / 1e6`,
              legend: '{{class}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Weighed mass by class',
          description: 'Book W: gross debits of lots, since the books were opened.',
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
      ],
    },
    {
      title: 'Quality and balance',
      panels: [
        {
          kind: 'timeseries',
          title: 'Classification',
          description:
            'Share of pieces without a class, and mean posterior probability of the classes given.',
          unit: 'percentunit',
          width: 12,
          min: 0,
          max: 1,
          queries: [
            {
              expr: `site_station:urbanmine_unresolved_pieces:ratio_rate5m${HERE}`,
              legend: 'unresolved {{site}} {{station}}',
            },
            {
              expr: `site_station:urbanmine_flow_confidence:mean_rate5m${HERE}`,
              legend: 'confidence {{site}} {{station}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Purity of outlets of $line',
          description:
            'Share of the mass sent to an outlet that was called the class it is meant for, with the band of its expanded uncertainty (k = 2): misclassification, what goes elsewhere than the sorter means, and how few pieces tell it (docs/truth.md). Choose one site: bands are found by name. After a restart of the metrics process none until the next run begins.',
          unit: 'percentunit',
          width: 12,
          min: 0,
          max: 1,
          repeat: 'line',
          bands: OUTLETS.map((outlet) => `outlet ${outlet}`),
          queries: banded('site_station_outlet:urbanmine_outlet_purity', 'outlet {{outlet}}'),
        },
        {
          kind: 'timeseries',
          title: 'Recovery of classes of $line',
          description:
            'Share of the mass called a class that was sent to an outlet meant for it, of classes that have one, with the band of its expanded uncertainty (k = 2). What left with something else is lost. Choose one site: bands are found by name.',
          unit: 'percentunit',
          width: 12,
          min: 0,
          max: 1,
          repeat: 'line',
          bands: CLASSES,
          queries: banded('site_station_class:urbanmine_class_recovery', '{{class}}'),
        },
        {
          kind: 'timeseries',
          title: 'Unaccounted in the newest run',
          description:
            'Signed; positive when mass is missing. Within the uncertainty it means nothing.',
          unit: 'massg',
          width: 12,
          queries: [
            { expr: `max by (site) (urbanmine_run_unaccounted_grams${HERE})`, legend: '{{site}}' },
            {
              expr: `2 * max by (site) (urbanmine_run_unaccounted_uncertainty_grams${HERE})`,
              legend: '{{site}} expanded uncertainty, k = 2',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Hazards',
          description: 'Open, and those of them that nobody has acknowledged.',
          unit: 'short',
          width: 8,
          min: 0,
          alerts: ['HazardNotAcknowledged'],
          queries: [
            { expr: `max by (site) (urbanmine_hazards_open${HERE})`, legend: '{{site}} open' },
            {
              expr: `max by (site) (urbanmine_hazards_unacknowledged${HERE})`,
              legend: '{{site}} not acknowledged',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Metal that nobody pays for',
          description:
            'In graded lots in stock: metal with a price that their grade only bounds, as copper in steel, ' +
            'at the price book. Some of it is alloyed and cannot be sorted out.',
          unit: 'short',
          width: 12,
          min: 0,
          decimals: 0,
          queries: [
            {
              expr: `site_stream_analyte:urbanmine_lots_bounded_metal_value:sum{site=~"$site",stream=~"$stream"}`,
              legend: '{{site}} {{analyte}} {{currency}}',
              rare: 'no lot in stock was graded yet',
            },
            {
              expr: `2 * site_stream_analyte:urbanmine_lots_bounded_metal_value:uncertainty{site=~"$site",stream=~"$stream"}`,
              legend: '{{site}} {{analyte}} expanded uncertainty, k = 2',
              rare: 'no lot in stock was graded yet',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Mass by outlet',
          description: 'Estimated from pieces, of the last five minutes.',
          unit: 'suffix: t/h',
          width: 8,
          min: 0,
          queries: [
            {
              expr: `sum by (site, line, outlet) (site_station_line_outlet:urbanmine_flow_mass_grams:rate5m${LINE_HERE}) * 3600 / 1e6`,
              legend: '{{site}} {{line}} outlet {{outlet}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Exceptions by code',
          description: 'Raised in the last ten minutes.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            {
              expr: `sum by (code) (increase(urbanmine_exceptions_total${HERE}[10m])) > 0`,
              legend: '{{code}}',
              rare: 'nothing was raised in ten minutes',
            },
          ],
        },
      ],
    },
  ],
};
