import type { Dashboard } from './dashboard.js';
import { SITE, STATION } from './variables.js';

const HERE = '{site=~"$site",station=~"$station"}';

export const stations: Dashboard = {
  slug: 'stations-and-calibration',
  title: 'Stations and calibration',
  description: 'Who speaks, who has fallen silent, and what of their words is missing.',
  refresh: '10s',
  variables: [SITE, STATION],
  sections: [
    {
      title: 'Who speaks',
      panels: [
        {
          kind: 'table',
          title: 'Silent for',
          description: 'Time since the last event of each station, accepted or refused.',
          unit: 's',
          width: 12,
          queries: [
            {
              expr: `time() - max by (site, station) (urbanmine_gateway_station_last_seen_timestamp_seconds${HERE})`,
              legend: '',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Behind',
          description: "Age of the newest accepted event by the station's own clock.",
          unit: 's',
          width: 12,
          queries: [
            {
              expr: `max by (site, station) (urbanmine_gateway_station_lag_seconds${HERE})`,
              legend: '{{site}} {{station}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Refused',
          description: 'Events that the gateway refused; the station voids each and goes on.',
          unit: 'suffix: /s',
          width: 12,
          min: 0,
          queries: [
            {
              expr: `sum by (site, station, reason) (rate(urbanmine_gateway_station_refused_total${HERE}[5m]))`,
              legend: '{{site}} {{station}} {{reason}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Gaps',
          description: 'In the last ten minutes: declared, and filled late.',
          unit: 'short',
          width: 12,
          min: 0,
          queries: [
            {
              expr: 'sum by (site) (increase(urbanmine_gaps_total{site=~"$site"}[10m]))',
              legend: '{{site}} declared',
            },
            {
              expr: 'sum by (site) (increase(urbanmine_gaps_filled_total{site=~"$site"}[10m]))',
              legend: '{{site}} filled late',
            },
          ],
        },
      ],
    },
  ],
};
