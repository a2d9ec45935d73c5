import { configOrExit, createLogger, runService } from '#process';
import { register } from 'prom-client';
import { readApiConfig } from './api.config.js';
import { apiService } from './api.service.js';

const config = configOrExit(() => readApiConfig(process.env));
await runService(
  apiService({ config, logger: createLogger('api', config.logLevel), registry: register }),
);
