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
          alerts: ['StationSilent'],
          queries: [
            {
              expr: `site_station:urbanmine_station_silence_seconds:min${HERE}`,
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
              rare: 'a station that was never refused has no series',
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
    {
      title: 'What the log has of them',
      panels: [
        {
          kind: 'table',
          title: 'Still missing',
          description:
            'Events that were declared a gap and did not come late, since the newest boot.',
          unit: 'short',
          width: 8,
          alerts: ['GapDeclared'],
          queries: [
            { expr: `max by (site, station) (urbanmine_station_open_slots${HERE})`, legend: '' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Duplicates',
          description: 'Sent again and dropped; normal after an outage.',
          unit: 'suffix: /s',
          width: 8,
          min: 0,
          queries: [
            {
              expr: `max by (site, station) (rate(urbanmine_station_duplicates_total${HERE}[5m]))`,
              legend: '{{site}} {{station}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Seals',
          description: 'Checked against the log in the last ten minutes, by what came of it.',
          unit: 'short',
          width: 8,
          min: 0,
          alerts: ['SealFailed'],
          queries: [
            {
              expr: `sum by (site, result) (max by (site, station, result) (increase(urbanmine_station_seals_total${HERE}[10m])))`,
              legend: '{{site}} {{result}}',
            },
            {
              expr: `sum by (site) (max by (site, station) (urbanmine_station_seals_incomplete${HERE}))`,
              legend: '{{site}} incomplete',
            },
          ],
        },
      ],
    },
    {
      title: 'Scales',
      panels: [
        {
          kind: 'timeseries',
          title: 'Shift',
          description:
            'Of each scale against the others and against consignees, in standard uncertainties added ' +
            'up; beyond 8 it shows too much for good, beyond -8 too little.',
          unit: 'short',
          width: 12,
          alerts: ['ScaleShifted'],
          queries: [
            {
              expr: 'max by (site, scale) (urbanmine_scale_shift_sigmas{site=~"$site"})',
              legend: '{{site}} {{scale}}',
            },
          ],
        },
        {
          kind: 'table',
          title: 'Shifted',
          description: 'Scales that an open exception says it of, until they are verified.',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: 'max by (site, scale, direction) (urbanmine_scale_shifts_open{site=~"$site"})',
              legend: '',
              rare: 'a scale that agrees with the others has no series',
            },
          ],
        },
      ],
    },
    {
      title: 'Calibration',
      panels: [
        {
          kind: 'table',
          title: 'Age of the calibration',
          description: 'Of each sensor that was calibrated in the last 30 days.',
          unit: 's',
          width: 12,
          queries: [
            { expr: `site_station:urbanmine_calibration_age_seconds:min${HERE}`, legend: '' },
          ],
        },
        {
          kind: 'table',
          title: 'Valid for',
          description: 'Below 0 nobody vouches for its bias any more.',
          unit: 's',
          width: 12,
          alerts: ['CalibrationExpired'],
          queries: [
            { expr: `site_station:urbanmine_calibration_valid_seconds:max${HERE}`, legend: '' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Shift of sensors',
          description:
            'Of the worst analyte of each, against the assays of the lots that it read, in standard ' +
            'uncertainties added up; beyond 8 it reads too much for good, beyond -8 too little.',
          unit: 'short',
          width: 12,
          alerts: ['SensorShifted'],
          queries: [
            {
              expr: `max by (site, station) (urbanmine_sensor_shift_sigmas${HERE})`,
              legend: '{{site}} {{station}}',
              rare: 'no lot was assayed yet that a sensor has read',
            },
          ],
        },
        {
          kind: 'table',
          title: 'Shifted sensors',
          description: 'That an open exception says it of, until they are calibrated anew.',
          unit: 'short',
          width: 12,
          queries: [
            {
              expr: `max by (site, station, analyte, direction) (urbanmine_sensor_shifts_open${HERE})`,
              legend: '',
              rare: 'a sensor that agrees with the assays has no series',
            },
          ],
        },
      ],
    },
  ],
};
