import { Counter, Gauge, type Registry } from 'prom-client';
import type { SiteFigures } from './sites/figures.store.js';
import type { ScaleFigures } from './sites/scale-figures.store.js';
import type { SensorFigures } from './sites/sensor-figures.store.js';
import type { StationFigures } from './sites/station-figures.store.js';
import type { StationLine } from './sites/station-lines.store.js';
import type { Logger } from '#process';

export type Rows<Row> = () => Promise<readonly Row[]>;

/** What is asked of the database; each is one query a scrape. */
export interface Figures {
  readonly sites: Rows<SiteFigures>;
  readonly stations: Rows<StationFigures>;
  readonly scales: Rows<ScaleFigures>;
  readonly sensors: Rows<SensorFigures>;
  readonly lines: Rows<StationLine>;
  readonly databaseBytes: () => Promise<number>;
  /** Stated by the operator: no query knows it. */
  readonly databaseQuotaBytes?: number | undefined;
}

/**
 * Where each site's log stands, and what it holds of each station, at the moment of the scrape;
 * absent while the database is away. Every replica tells the same: take `max by`. Labels are closed
 * by the registries: only what an enrolled station said has a row.
 */
export function registerSiteGauges(registry: Registry, read: Figures, logger: Logger): void {
  registerSites(registry, onceAScrape(read.sites, logger));
  const stations = onceAScrape(read.stations, logger);
  registerStations(registry, stations);
  registerSeals(registry, stations);
  registerScales(registry, onceAScrape(read.scales, logger));
  registerSensors(registry, onceAScrape(read.sensors, logger));
  const place = gaugesOf(
    registry,
    ['site', 'station', 'line'],
    onceAScrape(read.lines, logger),
    ({ siteId: site, station, line }) => ({ site, station, line }),
  );
  place(
    'urbanmine_station_line',
    '1 for each enrolled station, with the line that it is of; to join by',
    () => 1,
  );
  registerDatabase(registry, read, logger);
}

function registerDatabase(
  registry: Registry,
  { databaseBytes, databaseQuotaBytes }: Figures,
  logger: Logger,
): void {
  const bytes = onceAScrape(async () => [await databaseBytes()], logger);
  new Gauge({
    name: 'urbanmine_database_bytes',
    help: 'Bytes that the database takes on its disk',
    registers: [registry],
    async collect() {
      const [value] = await bytes();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
  const quota = new Gauge({
    name: 'urbanmine_database_quota_bytes',
    help: 'What the database may grow to, where DATABASE_QUOTA_BYTES says so',
    registers: [registry],
  });
  // A gauge without labels begins at 0, which would be no room at all.
  if (databaseQuotaBytes === undefined) quota.remove();
  else quota.set(databaseQuotaBytes);
}

function registerSites(registry: Registry, figures: Rows<SiteFigures>): void {
  const gauge = gaugesOf(registry, SITE, figures, ({ siteId: site }) => ({ site }));
  gauge('urbanmine_log_size_entries', 'Entries in the log', (row) => row.treeSize);
  gauge(
    'urbanmine_log_commit_timestamp_seconds',
    'Unix time of the last commit to the log',
    (row) => row.committedAt,
  );
  gauge(
    'urbanmine_checkpoint_size_entries',
    'Entries that the newest checkpoint covers',
    (row) => row.checkpointSize,
  );
  gauge(
    'urbanmine_checkpoint_timestamp_seconds',
    'Unix time of the newest checkpoint',
    (row) => row.checkpointAt,
  );
  gauge('urbanmine_exceptions_open', 'Exceptions not closed', (row) => row.exceptionsOpen);
  gauge(
    'urbanmine_hazards_open',
    'Open exceptions that mean danger to people',
    (row) => row.hazardsOpen,
  );
  gauge(
    'urbanmine_hazards_unacknowledged',
    'Of the open hazards those that nobody has acknowledged',
    (row) => row.hazardsUnacknowledged,
  );
  gauge(
    'urbanmine_hazard_unacknowledged_timestamp_seconds',
    'Unix time since when the oldest of these has been known; absent when there is none',
    (row) => row.hazardUnacknowledgedAt,
  );
}

/** Defines gauges that are set from rows at each scrape; a row of which the value is null has none. */
export function gaugesOf<Row, Label extends string>(
  registry: Registry,
  labelNames: readonly Label[],
  rows: Rows<Row>,
  labelsOf: (row: Row) => Readonly<Record<Label, string>>,
): (name: string, help: string, valueOf: (row: Row) => number | null) => void {
  return (name, help, valueOf) => {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const found = await rows();
        this.reset();
        for (const row of found) {
          const value = valueOf(row);
          if (value !== null) this.set(labelsOf(row), value);
        }
      },
    });
  };
}

const SITE = ['site'] as const;
const SCALE = ['site', 'scale'] as const;
const SHIFTED = ['site', 'scale', 'direction'] as const;
const STATION = ['site', 'station'] as const;
const OPEN_SHIFT = ['site', 'station', 'analyte', 'direction'] as const;
type OpenShift = Readonly<Record<(typeof OPEN_SHIFT)[number], string>>;
const RESULTS = [
  ['verified', (row: StationFigures) => row.sealsVerified],
  ['failed', (row: StationFigures) => row.sealsFailed],
] as const;

const labels = ({ siteId: site, station }: StationFigures): { site: string; station: string } => ({
  site,
  station,
});

function registerSeals(registry: Registry, figures: Rows<StationFigures>): void {
  new Counter({
    name: 'urbanmine_station_seals_total',
    help: 'Seals of its boot by whether the chain of digests is what they say',
    labelNames: [...STATION, 'result'],
    registers: [registry],
    async collect() {
      const rows = await figures();
      this.reset();
      for (const row of rows) {
        for (const [result, valueOf] of RESULTS) this.inc({ ...labels(row), result }, valueOf(row));
      }
    },
  });
}

/** A scale that was never compared with another has no series, nor has one that nothing is said of. */
function registerScales(registry: Registry, figures: Rows<ScaleFigures>): void {
  gaugesOf(registry, SCALE, figures, ({ siteId: site, scale }) => ({ site, scale }))(
    'urbanmine_scale_shift_sigmas',
    'What the watch of a scale has come to; above 8 it shows too much for good, below -8 too little',
    (row) => row.sigmas,
  );
  gaugesOf(registry, SHIFTED, figures, ({ siteId: site, scale, shifted }) => ({
    ...{ site, scale, direction: shifted ?? 'none' },
  }))(
    'urbanmine_scale_shifts_open',
    'Scales of which an open exception says that they have shifted, and which way',
    (row) => (row.shifted === null ? null : 1),
  );
}

/** A sensor that was never held against an assay has no series, nor has one that nothing is said of. */
function registerSensors(registry: Registry, figures: Rows<SensorFigures>): void {
  gaugesOf(registry, STATION, figures, ({ siteId: site, station }) => ({ site, station }))(
    'urbanmine_sensor_shift_sigmas',
    'What the watch of a sensor has come to, of the worst analyte; above 8 it reads too much for good, below -8 too little',
    (row) => row.sigmas,
  );
  const open = async (): Promise<readonly OpenShift[]> =>
    (await figures()).flatMap(({ siteId: site, station, shifts }) =>
      shifts.map((shift) => ({ site, station, ...shift })),
    );
  gaugesOf(
    registry,
    OPEN_SHIFT,
    open,
    (labelled) => labelled,
  )(
    'urbanmine_sensor_shifts_open',
    'Sensors of which an open exception says that they have shifted, of which analyte and which way',
    () => 1,
  );
}

/** A new boot begins its counts at 0, which Prometheus takes for what it is: a counter's reset. */
function registerStations(registry: Registry, figures: Rows<StationFigures>): void {
  const counter = (name: string, help: string, valueOf: (row: StationFigures) => number): void => {
    new Counter({
      name,
      help,
      labelNames: STATION,
      registers: [registry],
      async collect() {
        const rows = await figures();
        this.reset();
        for (const row of rows) this.inc(labels(row), valueOf(row));
      },
    });
  };
  const gauge = gaugesOf(registry, STATION, figures, labels);
  counter('urbanmine_station_events_total', 'Events of its boot in the log', (row) => row.accepted);
  counter(
    'urbanmine_station_duplicates_total',
    'Events of its boot that came again and were dropped',
    (row) => row.duplicates,
  );
  gauge(
    'urbanmine_station_seals_incomplete',
    'Seals of its boot that wait for an event that is missing',
    (row) => row.sealsIncomplete,
  );
  gauge(
    'urbanmine_station_open_slots',
    'Events of its boot that were declared a gap and are still missing',
    (row) => row.slotsOpen,
  );
  gauge(
    'urbanmine_station_parked_records',
    'Events of its boot that wait for a lower seq',
    (row) => row.parked,
  );
}

/** Metrics of one scrape share one query. */
export function onceAScrape<Row>(read: Rows<Row>, logger: Logger): Rows<Row> {
  let running: Promise<readonly Row[]> | undefined;
  return () => {
    running ??= read()
      .catch((error: unknown): Row[] => {
        logger.warn({ err: error }, 'figures for metrics could not be read');
        return [];
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}
