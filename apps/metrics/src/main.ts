import { configOrExit, createLogger, runService } from '#process';
import { register } from 'prom-client';
import { readMetricsConfig } from './metrics.config.js';
import { metricsService } from './metrics.service.js';

const config = configOrExit(() => readMetricsConfig(process.env));
await runService(metricsService(config, createLogger('metrics', config.logLevel), register));
