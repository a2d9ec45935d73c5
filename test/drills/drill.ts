import { fileURLToPath } from 'node:url';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { DRILLS } from './drills.js';
import { runQuiet } from './quiet-hour.js';
import { runDrill } from './run-drill.js';

/** `npm run drill -- NAME`: provokes an alert on a local stack, and shows it fire and clear. */

/** dist/test/drills/drill.js lies three folders below the root. */
const root = fileURLToPath(new URL('../../..', import.meta.url));

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

const names = DRILLS.map(({ name }) => name);
const program = new Command('npm run drill --')
  .description('provoke an alert on a line of its own, and see it fire and clear')
  .addArgument(new Argument('<name>', 'what goes wrong').choices([...names, 'all', 'quiet']))
  .option('--minutes <n>', 'how long the quiet plant is watched', positive, 2)
  .option('--rate <pieces-per-second>', 'pieces that the quiet plant makes', positive, 2_000)
  .addHelpText('after', '\nall: every drill, one after the other. quiet: nothing goes wrong.')
  .parse();

const begun = Date.now();
const tell = (text: string): void => {
  const seconds = ((Date.now() - begun) / 1_000).toFixed(0);
  process.stdout.write(`${seconds.padStart(4)} s  ${text}\n`);
};
const [name] = program.args;
if (name === 'quiet') {
  await runQuiet(root, program.opts<{ minutes: number; rate: number }>(), tell);
} else {
  for (const drill of DRILLS) {
    if (name === 'all' || name === drill.name) await runDrill(root, drill, tell);
  }
}
