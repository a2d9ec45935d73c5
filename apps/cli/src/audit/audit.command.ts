import { existsSync, readFileSync } from 'node:fs';
import cliProgress from 'cli-progress';
import { Command } from 'commander';
import { CommandError, EXIT } from '../command-error.js';
import { auditLog } from './audit-log.js';
import { type AuditReport, CHECKS, describeReport } from './audit-report.js';
import { FINDING_CLASSES, UnavailableError } from './findings.js';
import {
  DirectorySource,
  HttpSource,
  type LogSource,
  SavingSource,
  isDirectory,
} from './log-source.js';

interface Options {
  readonly key?: string;
  readonly checkpoint: readonly string[];
  readonly token?: string;
  readonly save?: string;
  readonly database?: string;
  readonly classes?: true;
  readonly json?: true;
}

/** Words in lines of at most 100 columns. */
const inLines = (words: readonly string[]): string =>
  words
    .join(' ')
    .replace(/(.{1,96})( |$)/g, '  $1\n')
    .trimEnd();

const HELP = `
URL is a site's log, such as http://127.0.0.1:7105/log/north; DIR is a directory with the same paths
below it (from --save, or a copy of static files), so an audit needs no network. Nothing but these
bytes is trusted: hashes, tiles, roots, facts, seals and books are all made again.

Checked:
${Object.entries(CHECKS)
  .map(([name, what]) => `  ${name.padEnd(9)} ${what}`)
  .join('\n')}

Findings are of these classes:
${inLines(FINDING_CLASSES)}

Exit codes:
  0  clean
  1  wrong usage
  2  something could not be read, and what could be read is clean
  3  findings; each names what is wrong and at which log index`;

const collect = (file: string, files: readonly string[]): string[] => [...files, file];

/** `urbanmine audit URL|DIR`. */
export function auditCommand(finish: (exitCode: number) => void): Command {
  return new Command('audit')
    .description("verify a site's whole log without trusting who serves it")
    .argument('<url|dir>', "a site's log: its address, or a directory")
    .option('--key <file|vkey>', "the log's verifier key; without it the log's own word is taken")
    .option('--checkpoint <file>', 'a checkpoint kept from before; may be repeated', collect, [])
    .option('--token <token>', 'bearer token of an auditor')
    .option('--save <dir>', 'write what was read to a directory, for audits offline')
    .option('--database <url>', "hold the ledger's live database against the log as well")
    .option('--classes', 'classify every piece again by the model that its frame names')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (place: string, options: Options) => {
      finish(await audit(place, options));
    });
}

async function audit(place: string, options: Options): Promise<number> {
  const source = await sourceOf(place, options);
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: 'auditing {bar} {percentage}% | {value} of {total} entries | {eta_formatted} left',
  });
  const shown = process.stderr.isTTY && options.json !== true;
  let started = false;
  try {
    const report = await auditLog(source, {
      databaseUrl: options.database,
      classes: options.classes,
      vkey: options.key === undefined ? null : readKey(options.key),
      known: options.checkpoint.map((from) => ({ from, note: readFile(from) })),
      onProgress: (entries, size) => {
        if (!shown) return;
        if (!started) bar.start(size, 0);
        started = true;
        bar.update(entries);
      },
    });
    bar.stop();
    console.log(options.json === true ? JSON.stringify(report) : describeReport(report));
    return exitCodeOf(report);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    throw new CommandError(EXIT.unreachable, error.message, { cause: error });
  } finally {
    bar.stop();
  }
}

async function sourceOf(place: string, { token, save }: Options): Promise<LogSource> {
  const source = /^https?:\/\//.test(place)
    ? new HttpSource(place.replace(/\/+$/, ''), token)
    : new DirectorySource(place);
  if (source instanceof DirectorySource && !(await isDirectory(place))) {
    throw new CommandError(EXIT.usage, `${place} is neither a URL nor a directory`);
  }
  return save === undefined ? source : new SavingSource(source, save);
}

/** A vkey has a plus and is no file; anything else is a file with one. */
const readKey = (key: string): string =>
  key.includes('+') && !existsSync(key) ? key : readFile(key).toString().trim();

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CommandError(EXIT.usage, `${path} cannot be read`, { cause });
  }
}

const EXIT_CODES = {
  clean: EXIT.done,
  incomplete: EXIT.unreachable,
  findings: EXIT.refused,
} as const;

const exitCodeOf = ({ verdict }: AuditReport): number => EXIT_CODES[verdict];
