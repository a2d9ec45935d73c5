import { Command } from 'commander';
import { siteRegistrySchema } from '#contracts';
import { EXIT } from '../command-error.js';
import { GatewayClient } from '../gateway-client.js';
import { baseUrl, readJsonFile, seconds } from '../options.js';
import { type RegistrarOptions, registrarOf, withDatabase } from '../registrar-access.js';
import { type EnrolReport, enrolSite } from './enrol-site.js';

export interface EnrolRegistryOptions extends RegistrarOptions {
  readonly database?: string;
  readonly gateway: string;
  readonly wait: boolean;
  /** Seconds. */
  readonly timeout: number;
}

interface Options extends EnrolRegistryOptions {
  readonly json?: true;
}

const HELP = `
SITE.json is one version of a site's registry (schema: SiteRegistry of the contracts). The version is
stored, announced through the gateway by the site's registrar, sealed with the registrar's key, and
in force from that entry of the site's log on. Run again, it does what is left to do.

Exit codes:
  0  the version is in force (with --no-wait: announced), by this run or by an earlier one
  1  wrong usage, or a registry that cannot be enrolled
  2  database, gateway or ledger did not answer in time; run it again
  3  the gateway or the ledger refused it`;

/** `urbanmine station enrol SITE.json`. */
export function stationEnrolCommand(finish: (exitCode: number) => void): Command {
  return new Command('enrol')
    .description("enrol a site's stations, or a new version of them")
    .argument('<site.json>', 'the registry of the site')
    .option('--database <url>', 'PostgreSQL (default: DATABASE_URL)')
    .option('--gateway <url>', 'address of the gateway', baseUrl, 'http://127.0.0.1:7101')
    .requiredOption('--tokens <file>', "bearer tokens by source, JSON; needs the registrar's")
    .option(
      '--key <file>',
      "the registrar's Ed25519 key, PEM (default: keys/<registrar>.pem beside the tokens)",
    )
    .option('--unsealed', 'announce without a seal: nobody can hold the registrar to it')
    .option('--no-wait', 'do not wait until the ledger has adopted it')
    .option('--timeout <seconds>', 'how long to wait for gateway and ledger', seconds, 60)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      const report = await enrolRegistry(file, options);
      console.log(options.json === true ? JSON.stringify(report) : describeEnrolment(report));
      finish(EXIT.done);
    });
}

/** Enrols the registry in `file`, as a command does: what goes wrong is a CommandError. */
export async function enrolRegistry(
  file: string,
  options: EnrolRegistryOptions,
): Promise<EnrolReport> {
  const registry = readJsonFile(file, siteRegistrySchema);
  const registrar = registrarOf(registry, options);
  const timeoutMs = options.timeout * 1_000;
  const gateway = new GatewayClient({ url: options.gateway, timeoutMs, tokenMayBeNew: true });
  const waitMs = options.wait ? timeoutMs : 0;
  return withDatabase(options.database, 'enrol', (database) =>
    enrolSite({ registry, ...registrar, database, gateway, waitMs }),
  );
}

export function describeEnrolment({
  siteId,
  version,
  digest,
  outcome,
  adoptedIndex,
}: EnrolReport): string {
  const what = outcome === 'already' ? 'was enrolled before' : 'is enrolled';
  const where =
    adoptedIndex === null
      ? 'the ledger has not adopted it yet'
      : `in force from log index ${adoptedIndex}`;
  return `Site ${siteId}, version ${version} ${what}: ${where} (digest ${digest}).`;
}
