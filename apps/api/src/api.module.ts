import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { type PoolCounts, createDataSource, registerPoolGauges } from '#database';
import type { Logger } from '#process';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { ApiMetrics } from './api.metrics.js';
import { metalPrices, registerLotGauges, registerPrices } from './lot-gauges.js';
import { stockOf } from './lots/graded-stock.js';
import { GradedStock } from './lots/graded-stock.store.js';
import { registerSiteGauges } from './site-gauges.js';
import { readDatabaseBytes, readSiteFigures } from './sites/figures.store.js';
import { readScaleFigures } from './sites/scale-figures.store.js';
import { readSensorFigures } from './sites/sensor-figures.store.js';
import { readStationFigures } from './sites/station-figures.store.js';
import { StationLines } from './sites/station-lines.store.js';
import type { ApiConfig } from './api.config.js';
import { LOGGER, LOG_ORIGIN, PRICES } from './api.tokens.js';
import { ProblemFilter, isDatabaseAway } from './answers/problem.filter.js';
import { Snapshots } from './answers/snapshots.js';
import { PastSites } from './as-of/past-sites.js';
import { EventDocsController } from './event-docs/event-docs.controller.js';
import { ExceptionsController } from './exceptions/exceptions.controller.js';
import { HomeController } from './home/home.controller.js';
import { LogController } from './log/log.controller.js';
import { LotsController } from './lots/lots.controller.js';
import { OfficeController } from './office/office.controller.js';
import { OfficeDesks } from './office/office-desks.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { ReportsController } from './reports/reports.controller.js';
import { RunsController } from './runs/runs.controller.js';
import { SitesController } from './sites/sites.controller.js';
import { StreamController } from './stream/stream.controller.js';

export interface ApiParts {
  readonly config: ApiConfig;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** The composition root: the only file that knows every adapter. */
@Module({})
export class ApiModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  static of({ config, logger, registry }: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        HomeController,
        SitesController,
        RunsController,
        ReportsController,
        LotsController,
        ExceptionsController,
        StreamController,
        LogController,
        OpenApiController,
        EventDocsController,
        OfficeController,
      ],
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: LOG_ORIGIN, useValue: config.logOrigin },
        { provide: PRICES, useValue: config.prices },
        { provide: DataSource, useFactory: () => connect(config, registry, logger) },
        {
          provide: Snapshots,
          useFactory: (dataSource: DataSource) => new Snapshots(dataSource),
          inject: [DataSource],
        },
        {
          provide: PastSites,
          useFactory: (snapshots: Snapshots) => PastSites.over(snapshots),
          inject: [Snapshots],
        },
        { provide: OfficeDesks, useFactory: () => new OfficeDesks(config.office, logger) },
        { provide: ApiMetrics, useFactory: () => new ApiMetrics(registry) },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(logger) },
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dataSource.destroy();
  }
}

async function connect(config: ApiConfig, registry: Registry, logger: Logger): Promise<DataSource> {
  const { databaseUrl, databaseQuotaBytes, prices } = config;
  const dataSource = createDataSource({ databaseUrl, applicationName: 'urbanmine-api' });
  await initialize(dataSource, logger);
  // The driver's own name of its pool.
  registerPoolGauges(registry, (dataSource.driver as unknown as { master: PoolCounts }).master);
  const { manager } = dataSource;
  const lines = new StationLines();
  const figures = {
    sites: () => readSiteFigures(manager),
    stations: () => readStationFigures(manager),
    scales: () => readScaleFigures(manager),
    sensors: () => readSensorFigures(manager),
    lines: () => lines.read(manager),
    databaseBytes: () => readDatabaseBytes(manager),
    databaseQuotaBytes,
  };
  registerSiteGauges(registry, figures, logger);
  const graded = new GradedStock();
  const priced = new Set(metalPrices(prices).map(({ analyte }) => analyte));
  registerLotGauges(registry, async () => stockOf(await graded.read(manager), priced), logger);
  registerPrices(registry, prices);
  return dataSource;
}

/** One a second. */
const DATABASE_ATTEMPTS = 60;

/** Services start together with their database; what is broken in it is not waited for. */
async function initialize(dataSource: DataSource, logger: Logger): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await dataSource.initialize();
      return;
    } catch (error) {
      if (!isDatabaseAway(error) || attempt >= DATABASE_ATTEMPTS) throw error;
      logger.warn({ attempt, err: error }, 'waiting for the database');
      await sleep(1_000);
    }
  }
}
