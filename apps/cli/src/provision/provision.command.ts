import { Command } from 'commander';
import type { TopicReport } from '#kafka';
import { ConfigError, createLogger } from '#process';
import { CommandError, EXIT } from '../command-error.js';
import { seconds } from '../options.js';
import { type ProvisionConfig, readProvisionConfig } from './provision.config.js';
import { provision } from './provision.js';

interface Options {
  readonly timeout: number;
  readonly acls?: true;
  readonly json?: true;
}

const HELP = `
Creates the topics that are missing and brings the database schema to this version's. Existing topics
are never changed: what differs is named. Reads DATABASE_URL, KAFKA_BROKERS, TOPIC_PREFIX,
KAFKA_REPLICATION_FACTOR, KAFKA_MIN_INSYNC_REPLICAS, KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_CA_FILE from
the environment. With --acls the principals gateway, classifier, ledger and metrics get the rights of
their part; their passwords are the operator's to set.

Exit codes:
  0  topics and schema are there, by this run or by an earlier one
  1  wrong usage, or a variable that is missing or wrong
  2  Kafka or PostgreSQL did not answer in time; run it again
  3  Kafka or PostgreSQL refused it`;

/** `urbanmine provision`. */
export function provisionCommand(finish: (exitCode: number) => void): Command {
  return new Command('provision')
    .description('create topics and database schema; safe to run again')
    .option('--timeout <seconds>', 'how long to wait for Kafka and PostgreSQL', seconds, 60)
    .option('--acls', 'let our own principals do their part')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async ({ timeout, acls, json }: Options) => {
      const config = readConfig();
      // The client warns of all that it tries again; what ends the command is said once.
      const logger = createLogger('provision', 'silent');
      const report = await provision(config, logger, {
        timeoutMs: timeout * 1_000,
        acls: acls ?? false,
      }).catch(refused);
      console.log(json === true ? JSON.stringify(report) : describe(report));
      finish(EXIT.done);
    });
}

function refused(error: unknown): never {
  if (error instanceof CommandError) throw error;
  const { message, errors } = error as { message?: unknown; errors?: readonly Error[] };
  // The broker says for each topic why it refused it; the client puts these into one error.
  const whys = new Set((errors ?? []).map((one) => one.message));
  const why = [String(message ?? error), ...whys].join(': ');
  throw new CommandError(EXIT.refused, why, { cause: error });
}

function readConfig(): ProvisionConfig {
  try {
    return readProvisionConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandError(EXIT.usage, error.message, { cause: error });
  }
}

function describe({ created, differences }: TopicReport): string {
  const made = created.length === 0 ? 'all there' : `made ${created.join(', ')}`;
  return [`Topics: ${made}.`, ...differences, 'Database schema: up to date.'].join('\n');
}
