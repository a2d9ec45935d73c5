import { fileURLToPath } from 'node:url';
import { Argument, Command, InvalidArgumentError } from 'commander';
import { type DrillOutcome, outcomeTable } from './drill-outcome.js';
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

interface Options {
  readonly minutes: number;
  readonly rate: number;
  readonly json?: true;
}

const names = DRILLS.map(({ name }) => name);
const program = new Command('npm run drill --')
  .description('provoke an alert on a line of its own, and see it fire and clear')
  .addArgument(new Argument('<name...>', 'what goes wrong').choices([...names, 'all', 'quiet']))
  .option('--minutes <n>', 'how long the quiet plant is watched', positive, 2)
  .option('--rate <pieces-per-second>', 'pieces that the quiet plant makes', positive, 2_000)
  .option('--json', 'print what came of each drill as JSON')
  .addHelpText('after', '\nall: every drill, one after the other. quiet: nothing goes wrong.')
  .parse();

const { json, ...quiet } = program.opts<Options>();
const begun = Date.now();
const tell = (text: string): void => {
  const seconds = ((Date.now() - begun) / 1_000).toFixed(0);
  (json === true ? process.stderr : process.stdout).write(`${seconds.padStart(4)} s  ${text}\n`);
};
const asked = new Set(program.args);
const outcomes: DrillOutcome[] = [];
for (const drill of DRILLS) {
  if (asked.has('all') || asked.has(drill.name)) outcomes.push(await runDrill(root, drill, tell));
}
if (outcomes.length > 0) {
  const text = json === true ? `${JSON.stringify(outcomes)}\n` : `\n${outcomeTable(outcomes)}`;
  process.stdout.write(text);
}
// After the table: it throws when the plant was not quiet.
if (asked.has('quiet')) await runQuiet(root, quiet, tell);
if (outcomes.some(({ problem }) => problem !== null)) process.exitCode = 1;
