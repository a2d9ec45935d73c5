import { Command, InvalidArgumentError } from 'commander';
import { CommandError, EXIT } from '../command-error.js';
import { GatewayClient } from '../gateway-client.js';
import { kafkaTarget } from '../kafka-client.js';
import { baseUrl, seconds } from '../options.js';
import { type RegistrarOptions, registrarOf, withDatabase } from '../registrar-access.js';
import { type AdoptFenceReport, adoptFence } from './adopt-fence.js';
import { loadRegistry } from './fence.store.js';
import type { Target } from './judge-offset.js';

interface Options extends RegistrarOptions {
  readonly site: string;
  readonly to: Target;
  readonly reason: string;
  readonly actor: string;
  readonly database?: string;
  readonly gateway: string;
  readonly brokers?: string;
  readonly prefix?: string;
  readonly timeout: number;
  readonly json?: true;
}

const HELP = `
The ledger stops when Kafka's stream is not the one that it booked: another cluster, a topic made
anew, a tail that was lost, records that retention removed. Find out first which of the two is right.
This command says "fence.adopted" in the site's stream, through the gateway and as the site's
registrar, and then sets where the ledger goes on in the partition of that site. Records that come
again are known by their seq and are not booked twice; what the broker lost, the stations send again.
Stop the ledger before.

Where the broker asks who one is, KAFKA_USERNAME and KAFKA_PASSWORD say it (KAFKA_CA_FILE for TLS):
the administrator, or the ledger itself, which may read the stream.

Exit codes:
  0  the fence is moved
  1  wrong usage, or an offset that the stream does not have
  2  database, broker or gateway did not answer in time; run it again
  3  Kafka refused who asks, the gateway what the registrar says, or a ledger at work has moved the
     fence meanwhile`;

/** `urbanmine fence adopt`. */
export function fenceAdoptCommand(finish: (exitCode: number) => void): Command {
  return new Command('adopt')
    .description('go on at another place of the stream, and say so in the log')
    .requiredOption('--site <id>', 'a site of the partition, whose registrar says it')
    .requiredOption('--to <offset>', 'kept, earliest, latest or an offset', target)
    .requiredOption('--reason <text>', 'what happened, for whoever reads the log')
    .requiredOption('--actor <name>', 'who decides it, pseudonymous')
    .option('--database <url>', 'PostgreSQL (default: DATABASE_URL)')
    .option('--brokers <list>', 'Kafka (default: KAFKA_BROKERS)')
    .option('--prefix <text>', 'before each topic (default: TOPIC_PREFIX or urbanmine.)')
    .option('--gateway <url>', 'address of the gateway', baseUrl, 'http://127.0.0.1:7101')
    .requiredOption('--tokens <file>', "bearer tokens by source, JSON; needs the registrar's")
    .option(
      '--key <file>',
      "the registrar's Ed25519 key, PEM (default: keys/<registrar>.pem beside the tokens)",
    )
    .option('--unsealed', 'say it without a seal')
    .option('--timeout <seconds>', 'how long to wait for Kafka and the gateway', seconds, 60)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const report = await adopt(options);
      console.log(options.json === true ? JSON.stringify(report) : describe(report));
      finish(EXIT.done);
    });
}

function target(text: string): Target {
  if (text === 'kept' || text === 'earliest' || text === 'latest') return text;
  const offset = Number(text);
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(offset)) return offset;
  throw new InvalidArgumentError('Expected kept, earliest, latest or an offset.');
}

async function adopt(options: Options): Promise<AdoptFenceReport> {
  const { site, to, reason, actor } = options;
  const stream = kafkaTarget('fence', options);
  const timeoutMs = options.timeout * 1_000;
  const gateway = new GatewayClient({ url: options.gateway, timeoutMs });
  return withDatabase(options.database, 'fence', async (database) => {
    const registry = await loadRegistry(database, site);
    if (registry === null) throw new CommandError(EXIT.usage, `site ${site} is not enrolled`);
    return adoptFence({
      siteId: site,
      partition: registry.partition,
      ...registrarOf(registry, options),
      target: to,
      reason,
      actor,
      stream,
      timeoutMs,
      database,
      gateway,
    });
  });
}

const describe = ({ topic, partition, fromOffset, toOffset, epoch }: AdoptFenceReport): string =>
  `The ledger goes on at ${toOffset} of ${topic} ${partition} (it stood at ${fromOffset}), ` +
  `epoch ${epoch}; the log tells of it.`;
