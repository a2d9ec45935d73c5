import { join } from 'node:path';
import { Command } from 'commander';
import { EXIT } from '../command-error.js';
import { GatewayClient } from '../gateway-client.js';
import {
  type SpeakingOptions,
  registrarOf,
  withDatabase,
  withSpeakingOptions,
} from '../registrar-access.js';
import { ledgerFolder } from '../signer-adopt/adopt-log.js';
import { rotateKey } from './rotate-key.js';

interface Options extends SpeakingOptions {
  readonly data: string;
  readonly keyFile?: string;
}

const HELP = `
One file of keys signs the logs of all sites. This command makes another signing key, says
"reference.adopted" of it in the stream of every site, through the gateway and as the site's
registrar, and waits until the ledger at work has signed those entries with the key in use. Then it
puts the new file in the place of the old one, which stays beside it as <file>.before. Restart the
ledger: from then on it signs with the new key, and everybody who follows the log sees why.

Exit codes:
  0  the new key is in place; restart the ledger
  1  wrong usage
  2  database, gateway or ledger did not answer in time; run it again, it goes on where it was
  3  the gateway refused what a registrar says`;

/** `urbanmine signer rotate`. */
export function signerRotateCommand(finish: (exitCode: number) => void): Command {
  return withSpeakingOptions(new Command('rotate'))
    .description('change the key that signs the logs, and say so in each log')
    .requiredOption('--data <dir>', 'DATA_DIR of the ledger, or the data folder of a local stack')
    .option('--key-file <file>', "the ledger's SIGNER_KEY_FILE (default: log-key.json in --data)")
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const { data, keyFile, database, gateway, timeout, json } = options;
      const timeoutMs = timeout * 1_000;
      const file = keyFile ?? join(ledgerFolder(data), 'log-key.json');
      const rotated = await withDatabase(database, 'signer', (pool) =>
        rotateKey({
          file,
          database: pool,
          gateway: new GatewayClient({ url: gateway, timeoutMs }),
          registrarOf: (registry) => registrarOf(registry, options),
          timeoutMs,
        }),
      );
      const lines = rotated.map(({ siteId, after }) => `${siteId}: ${after}`);
      console.log(
        json === true
          ? JSON.stringify({ rotated })
          : `${lines.join('\n')}\nThe new key is in ${file}. Restart the ledger.`,
      );
      finish(EXIT.done);
    });
}
