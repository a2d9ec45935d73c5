import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { measure } from './measure.js';
import { describe } from './report.js';

/** `npm run bench`: the whole line, every process real, on this machine. Prints; gates nothing. */

const PROFILES = {
  /** 128-piece frames: stations that batch. */
  dense: { framePieces: 128, sites: 4 },
  /** 64-piece frames: the shape that the ledger's goals are stated for. */
  ledger: { framePieces: 64, sites: 4 },
  /** Lines of 200 pieces/s with a linger of 100 ms. */
  physical: { framePieces: 20, sites: 4 },
} as const;

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a whole number above 0.');
};

interface Options {
  readonly rate: number;
  readonly seconds: number;
  readonly flatOut?: true;
  readonly profile: keyof typeof PROFILES;
  readonly sites?: number;
  readonly json?: true;
}

const program = new Command('bench')
  .description('measure station → gateway → Kafka → classifier → Kafka → ledger + metrics')
  .option('--rate <pieces>', 'pieces a second, all sites together', wholeNumber, 12_050)
  .option('--seconds <n>', 'how long is measured, after the warm-up', wholeNumber, 60)
  .option('--flat-out', 'as fast as the line takes it; --rate is ignored')
  .addOption(
    new Option('--profile <name>', 'shape of the frames')
      .choices(Object.keys(PROFILES))
      .default('physical'),
  )
  .option('--sites <n>', 'number of sites (default by profile)', wholeNumber)
  .option('--json', 'print the figures as JSON');

const options = program.parse().opts<Options>();
const { framePieces, sites } = PROFILES[options.profile];

/** dist/test/bench/bench.js lies three folders below the root. */
const root = fileURLToPath(new URL('../../..', import.meta.url));

const figures = await measure({
  root,
  rate: options.flatOut === true ? 'flat-out' : options.rate,
  seconds: options.seconds,
  framePieces,
  sites: options.sites ?? sites,
  onStep: (text) => {
    if (options.json !== true) console.error(text);
  },
});
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
const result = { profile: options.profile, machine, ...figures };
console.log(options.json === true ? JSON.stringify(result) : describe(result));
process.exitCode = figures.problems.length === 0 ? 0 : 1;
