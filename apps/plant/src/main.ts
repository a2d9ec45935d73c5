import { configOrExit, createLogger, exitCodeOf, loadConfig } from '#process';
import { plantEnvironment } from './plant.config.js';
import { Plant } from './plant.js';

const REPORT_EVERY_MS = 10_000;
const STOP_WITHIN_MS = 3_000;
/** A problem that goes on is told once in so long for each station. */
const QUIET_MS = 10_000;

async function main(): Promise<void> {
  const config = configOrExit(() => loadConfig(plantEnvironment, process.env));
  const logger = createLogger('plant', config.LOG_LEVEL);
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'stopping on an error that cannot be handled');
    process.exit(exitCodeOf(error));
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  const toldAtMs = new Map<string, number>();
  const plant = new Plant(config, {
    onFailure: die,
    onProblem: (source, why) => {
      if (Date.now() - (toldAtMs.get(source) ?? 0) < QUIET_MS) return;
      toldAtMs.set(source, Date.now());
      logger.warn({ source, why }, 'upload has a problem and goes on trying');
    },
  });
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    void plant.stop(STOP_WITHIN_MS).then(() => {
      logger.info(plant.stats(), 'stopped');
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await plant.start();
  const { PLANT_SITES: sites, PLANT_RATE: rate, PLANT_STREAMS: streams } = config;
  logger.info({ sites, rate, streams }, 'started');
  setInterval(() => {
    logger.info(plant.stats(), 'running');
  }, REPORT_EVERY_MS).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(exitCodeOf(error));
});
