import { configOrExit, createLogger, runService } from '#process';
import { readClassifierConfig } from './classifier.config.js';
import { classifierService } from './classifier.module.js';

const config = configOrExit(() => readClassifierConfig(process.env));
await runService(classifierService(config, createLogger('classifier', config.logLevel)));
