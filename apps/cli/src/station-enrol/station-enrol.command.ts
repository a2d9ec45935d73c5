import { join } from 'node:path';
import { Command, Option } from 'commander';
import {
  STATION_KINDS,
  STATION_SOURCE,
  type SiteRegistry,
  type StationKind,
  siteRegistrySchema,
} from '#contracts';
import type { Pool } from '#database';
import { CommandError, EXIT } from '../command-error.js';
import { GatewayClient } from '../gateway-client.js';
import { readJsonFile } from '../options.js';
import {
  type SpeakingOptions,
  registrarOf,
  withDatabase,
  withSpeakingOptions,
} from '../registrar-access.js';
import { STATION_FILES, assertSite, keepStationFolder, registryWith } from './add-station.js';
import { type EnrolReport, enrolSite } from './enrol-site.js';

export interface EnrolRegistryOptions extends SpeakingOptions {
  readonly wait: boolean;
}

interface Options extends EnrolRegistryOptions {
  readonly kind?: StationKind;
  readonly line?: string;
  readonly out?: string;
}

const HELP = `
With --kind: one station more. Makes its key and token, adds it to the site's registry as the next
version, announces that, and writes a folder that \`urbanmine station agent\` starts from.
Without: SITE.json is one version of a site's registry (schema: SiteRegistry of the contracts).

A version is stored, announced through the gateway by the site's registrar, sealed with the
registrar's key, and in force from that entry of the site's log on. Run again, the command does what
is left to do.

Examples:
  urbanmine station enrol north.scale-3 --kind floor-scale --tokens .urbanmine/tokens.json
  urbanmine station enrol north.sorter-9 --kind sensor-sorter --line line-2 --out /etc/sorter-9 \\
    --tokens .urbanmine/tokens.json --gateway https://gateway.example:7101
  urbanmine station enrol examples/site.json --tokens examples/tokens.json

Exit codes:
  0  the version is in force (with --no-wait: announced), by this run or by an earlier one
  1  wrong usage, or a registry that cannot be enrolled
  2  database, gateway or ledger did not answer in time; run it again
  3  the gateway or the ledger refused it`;

/** `urbanmine station enrol SITE.json|SOURCE`. */
export function stationEnrolCommand(finish: (exitCode: number) => void): Command {
  return withSpeakingOptions(new Command('enrol'))
    .description("enrol a site's stations, or one station more")
    .argument('<site.json|source>', 'the registry of the site, or with --kind a <site>.<station>')
    .addOption(new Option('--kind <kind>', 'what the new station is').choices(STATION_KINDS))
    .option('--line <id>', 'line of the site that it works at')
    .option('--out <dir>', 'folder for its key, token and station.json (default: its name)')
    .option('--no-wait', 'do not wait until the ledger has adopted it')
    .addHelpText('after', HELP)
    .action(async (what: string, options: Options) => {
      const { report, stationFile } = await enrol(what, options);
      if (options.json === true) console.log(JSON.stringify({ ...report, stationFile }));
      else console.log(describeEnrolment(report) + nextStep(stationFile));
      finish(EXIT.done);
    });
}

interface Enrolled {
  readonly report: EnrolReport;
  /** Of the new station; absent for a registry. */
  readonly stationFile?: string;
}

async function enrol(what: string, options: Options): Promise<Enrolled> {
  const { kind } = options;
  if (kind === undefined) return { report: await enrolRegistry(what, options) };
  if (!STATION_SOURCE.test(what)) {
    throw new CommandError(EXIT.usage, `"${what}" is not <site>.<station>, as north.scale-3`);
  }
  const dir = options.out ?? what;
  const folder = { dir, gatewayUrl: options.gateway };
  const report = await withDatabase(options.database, 'enrol', async (database) => {
    // Before there are files: a mistake in the names leaves nothing behind.
    await assertSite(database, what, options.line);
    const entry = keepStationFolder({ source: what, kind, lineId: options.line }, folder);
    return enrolWith(database, await registryWith(database, entry), options);
  });
  return { report, stationFile: join(dir, STATION_FILES.station) };
}

const nextStep = (stationFile: string | undefined): string =>
  stationFile === undefined ? '' : `\nStart it: urbanmine station agent --station ${stationFile}`;

/** Enrols the registry in `file`, as a command does: what goes wrong is a CommandError. */
export async function enrolRegistry(
  file: string,
  options: EnrolRegistryOptions,
): Promise<EnrolReport> {
  const registry = readJsonFile(file, siteRegistrySchema);
  // What is wrong with the files is said before the database is asked.
  registrarOf(registry, options);
  return withDatabase(options.database, 'enrol', (database) =>
    enrolWith(database, registry, options),
  );
}

async function enrolWith(
  database: Pool,
  registry: SiteRegistry,
  options: EnrolRegistryOptions,
): Promise<EnrolReport> {
  const timeoutMs = options.timeout * 1_000;
  const gateway = new GatewayClient({ url: options.gateway, timeoutMs, tokenMayBeNew: true });
  const waitMs = options.wait ? timeoutMs : 0;
  const registrar = registrarOf(registry, options);
  return enrolSite({ registry, ...registrar, database, gateway, waitMs });
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
