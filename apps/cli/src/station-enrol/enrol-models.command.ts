import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { encodeRegistry } from '#contracts';
import { plantSites } from '#edge';
import { adoptAll } from '../books-adopt/books.command.js';
import { EXIT } from '../command-error.js';
import { baseUrl, seconds } from '../options.js';
import type { EnrolReport } from './enrol-site.js';
import { describeEnrolment, enrolRegistry } from './station-enrol.command.js';

interface Options {
  readonly sites: number;
  readonly data: string;
  readonly database?: string;
  readonly gateway: string;
  readonly timeout: number;
  readonly json?: true;
}

const HELP = `
Makes keys, tokens and registries of the sites that the simulated plant plays, once, in the folder
DIR (keys/<source>.pem, tokens.json, sites/<site>.json), enrols them as \`station enrol\` does, and has
their logs adopt the reference books as \`books adopt\` does.

Exit codes are those of \`station enrol\`.`;

/** `urbanmine station enrol-models`. */
export function enrolModelsCommand(finish: (exitCode: number) => void): Command {
  return new Command('enrol-models')
    .description('enrol the sites that the simulated plant plays')
    .option('--sites <n>', 'how many', siteCount, 1)
    .requiredOption('--data <dir>', 'the folder of keys, tokens and registries')
    .option('--database <url>', 'PostgreSQL (default: DATABASE_URL)')
    .option('--gateway <url>', 'address of the gateway', baseUrl, 'http://127.0.0.1:7101')
    .option('--timeout <seconds>', 'how long to wait for gateway and ledger', seconds, 60)
    .option('--json', 'print the results as JSON')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const reports = await enrolModels(options);
      console.log(
        options.json === true ? JSON.stringify(reports) : reports.map(describeEnrolment).join('\n'),
      );
      finish(EXIT.done);
    });
}

async function enrolModels({ sites, data, ...options }: Options): Promise<EnrolReport[]> {
  const tokens = join(data, 'tokens.json');
  mkdirSync(join(data, 'sites'), { recursive: true });
  const { registries } = plantSites(sites, { keysDir: join(data, 'keys'), tokensFile: tokens });
  const reports: EnrolReport[] = [];
  for (const registry of registries) {
    const file = join(data, 'sites', `${registry.siteId}.json`);
    writeFileSync(file, encodeRegistry(registry));
    reports.push(await enrolRegistry(file, { ...options, tokens, wait: true }));
  }
  await adoptAll({ ...options, tokens });
  return reports;
}

function siteCount(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 64) return value;
  throw new InvalidArgumentError('Expected a number of sites from 1 to 64.');
}
