import { fileURLToPath } from 'node:url';
import { Argument, Command } from 'commander';
import { DRILLS } from './drills.js';
import { runDrill } from './run-drill.js';

/** `npm run drill -- NAME`: provokes an alert on a local stack, and shows it fire and clear. */

/** dist/test/drills/drill.js lies three folders below the root. */
const root = fileURLToPath(new URL('../../..', import.meta.url));

const program = new Command('npm run drill --')
  .description('provoke an alert on a line of its own, and see it fire and clear')
  .addArgument(new Argument('<name>', 'what goes wrong').choices(DRILLS.map(({ name }) => name)))
  .parse();

const drill = DRILLS.find(({ name }) => name === program.args[0])!;
const begun = Date.now();
const tell = (text: string): void => {
  const seconds = ((Date.now() - begun) / 1_000).toFixed(0);
  process.stdout.write(`${seconds.padStart(4)} s  ${text}\n`);
};
await runDrill(root, drill, tell);
