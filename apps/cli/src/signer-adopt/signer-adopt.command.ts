import { Command } from 'commander';
import { CommandError, EXIT } from '../command-error.js';
import { seconds } from '../options.js';
import { adoptLog, ledgerFolder } from './adopt-log.js';

interface Options {
  readonly site?: readonly string[];
  readonly all?: true;
  readonly data: string;
  readonly timeout: number;
  readonly json?: true;
}

const HELP = `
The signer refuses to sign a log that is not a continuation of what it signed last: the database was
set back, restored, altered, or the signer's key is another one. Whoever holds an older checkpoint can
then prove a split view against you. Find out first what happened; this command makes the present
state of the database the one that is signed from now on. It is used once, for logs that are refused
at that moment, and withdrawn when the ledger does not take it.

Exit codes:
  0  the ledger has taken it
  1  wrong usage
  2  no ledger took it in time: none runs with this folder, or none of its logs is refused`;

/** `urbanmine signer adopt`. */
export function signerAdoptCommand(finish: (exitCode: number) => void): Command {
  return new Command('adopt')
    .description("sign a log again that the signer refuses, with the database's state as it is")
    .option('--site <id...>', 'the sites whose logs are adopted')
    .option('--all', 'every site that is refused now')
    .requiredOption('--data <dir>', 'DATA_DIR of the ledger, or the data folder of a local stack')
    .option('--timeout <seconds>', 'how long to wait for the ledger', seconds, 30)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async ({ site, all, data, timeout, json }: Options) => {
      if ((site === undefined) === (all === undefined)) {
        throw new CommandError(EXIT.usage, 'give either --site or --all');
      }
      const sites = site ?? ['*'];
      await adoptLog(ledgerFolder(data), sites, timeout * 1_000);
      const names = all === true ? 'every refused site' : sites.join(', ');
      console.log(
        json === true
          ? JSON.stringify({ sites, outcome: 'taken' })
          : `The ledger signs ${names} as it stands now.`,
      );
      finish(EXIT.done);
    });
}
