import { Command, InvalidArgumentError } from 'commander';
import { STATION_SOURCE } from '#contracts';
import { EXIT } from '../command-error.js';
import { kafkaTarget } from '../kafka-client.js';
import { seconds } from '../options.js';
import { type StationIngress, openStationIngress } from './open-ingress.js';

interface Options {
  readonly brokers?: string;
  readonly prefix?: string;
  readonly out?: string;
  readonly replicas: number;
  readonly minInsync: number;
  readonly timeout: number;
  readonly json?: true;
}

const HELP = `
For stations that write to Kafka themselves instead of posting to the gateway: makes the topic
ingress.<source>.v1, a principal (SCRAM-SHA-512) of the station's name with a new password, and the
right to write that one topic and nothing else. The gateway forwards what comes there, by the checks
of a request, as soon as the station is enrolled (\`urbanmine station enrol\`); until then it waits.
Needs a broker that knows access lists, and an administrator of it in KAFKA_USERNAME and
KAFKA_PASSWORD. Run again, it gives a new password; the old one is void.

Exit codes:
  0  the station may write
  1  wrong usage, or a variable that is missing or wrong
  2  Kafka did not answer in time; run it again
  3  Kafka refused it: no authorizer, or not an administrator`;

/** `urbanmine station ingress SOURCE`. */
export function stationIngressCommand(finish: (exitCode: number) => void): Command {
  return new Command('ingress')
    .description('give a station a topic of its own and the right to write it')
    .argument('<source>', 'the station, as <site>.<station>', source)
    .option('--brokers <list>', 'Kafka (default: KAFKA_BROKERS)')
    .option('--prefix <text>', 'before each topic (default: TOPIC_PREFIX or urbanmine.)')
    .option('--out <file>', 'write the credentials there, readable by the owner only')
    .option('--replicas <n>', 'brokers that keep the topic', count, 1)
    .option('--min-insync <n>', 'of these, the ones that must have a record', count, 1)
    .option('--timeout <seconds>', 'how long to wait for Kafka', seconds, 30)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (of: string, options: Options) => {
      const ingress = await openStationIngress({
        source: of,
        target: kafkaTarget('ingress', options),
        file: options.out,
        replicationFactor: options.replicas,
        minInsyncReplicas: options.minInsync,
        timeoutMs: options.timeout * 1_000,
      });
      console.log(options.json === true ? JSON.stringify(ingress) : describe(ingress, options.out));
      finish(EXIT.done);
    });
}

function source(text: string): string {
  if (STATION_SOURCE.test(text)) return text;
  throw new InvalidArgumentError('Expected <site>.<station>, as north.sorter-1.');
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

function describe({ topic, username, password }: StationIngress, file: string | undefined): string {
  const where = file === undefined ? `password ${password}` : `password in ${file}`;
  return `${username} may write ${topic}: SCRAM-SHA-512, user ${username}, ${where}.`;
}
