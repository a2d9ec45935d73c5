import { Command, CommanderError } from 'commander';
import { auditCommand } from './audit/audit.command.js';
import { booksCommand } from './books-adopt/books.command.js';
import { CommandError, EXIT } from './command-error.js';
import { confidentialCommand } from './confidential/confidential.command.js';
import { deadLettersCommand } from './dead-letters/dead-letters.command.js';
import { fenceAdoptCommand } from './fence-adopt/fence-adopt.command.js';
import { provisionCommand } from './provision/provision.command.js';
import { signerAdoptCommand } from './signer-adopt/signer-adopt.command.js';
import { signerRotateCommand } from './signer-rotate/signer-rotate.command.js';
import { stationAgentCommand } from './station-agent/station-agent.command.js';
import { enrolModelsCommand } from './station-enrol/enrol-models.command.js';
import { stationEnrolCommand } from './station-enrol/station-enrol.command.js';
import { stationIngressCommand } from './station-ingress/station-ingress.command.js';
import { stationSendCommand } from './station-send/station-send.command.js';

/** Runs one command line and returns the exit code of the process. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const program = new Command('urbanmine')
    .description('Track scrap piece by piece, and prove the figures')
    .showHelpAfterError();
  const station = program.command('station').description('what stations and their operators do');
  station
    .addCommand(stationSendCommand(finish))
    .addCommand(stationAgentCommand(finish))
    .addCommand(stationEnrolCommand(finish))
    .addCommand(stationIngressCommand(finish))
    .addCommand(enrolModelsCommand(finish));
  program.addCommand(provisionCommand(finish)).addCommand(auditCommand(finish));
  program.addCommand(booksCommand(finish));
  program.addCommand(deadLettersCommand(finish)).addCommand(confidentialCommand(finish));
  const signer = program.command('signer').description('the keys and the guard of the logs');
  signer.addCommand(signerAdoptCommand(finish)).addCommand(signerRotateCommand(finish));
  const fence = program.command('fence').description('where the ledger stands in the stream');
  fence.addCommand(fenceAdoptCommand(finish));
  // Settings are copied when a command is made, so each is told.
  for (const group of [program, ...program.commands]) {
    for (const command of [group, ...group.commands]) command.exitOverride();
  }
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (!(error instanceof CommandError)) throw error;
    console.error(`urbanmine: ${error.message}`);
    return error.exitCode;
  }
}
