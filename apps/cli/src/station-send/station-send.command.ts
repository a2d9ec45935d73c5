import { statSync } from 'node:fs';
import cliProgress from 'cli-progress';
import { Command } from 'commander';
import { CommandError, EXIT } from '../command-error.js';
import { GatewayClient } from '../gateway-client.js';
import { baseUrl, readTokensFile, seconds } from '../options.js';
import { type SendReport, sendFile } from './send-file.js';

interface Options {
  readonly gateway: string;
  readonly tokens?: string;
  readonly token?: string;
  readonly force?: true;
  readonly wait: boolean;
  readonly timeout: number;
  readonly json?: true;
}

const HELP = `
FILE holds one CloudEvent a line (NDJSON, structured mode), of one station or of several. It is sent
in the order of the file. What the log has already is skipped and counted as a duplicate, so the
command may be broken off and run again.

Exit codes:
  0  everything is in the log (with --no-wait: everything was accepted)
  1  wrong usage
  2  the gateway or the ledger did not answer in time; run it again
  3  some events were refused; the output names their lines`;

/** `urbanmine station send FILE`. */
export function stationSendCommand(finish: (exitCode: number) => void): Command {
  return new Command('send')
    .description('send recorded events to a gateway')
    .argument('<file>', 'recorded events, NDJSON')
    .option('--gateway <url>', 'address of the gateway', baseUrl, 'http://127.0.0.1:7101')
    .option('--tokens <file>', 'bearer tokens by source, JSON')
    .option('--token <token>', 'bearer token for all sources of the file')
    .option('--force', 'send also what the log has already')
    .option('--no-wait', 'do not wait until the log has everything')
    .option('--timeout <seconds>', 'how long to wait for gateway and ledger', seconds, 90)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      finish(await send(file, options));
    });
}

async function send(file: string, options: Options): Promise<number> {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (size === undefined) throw new CommandError(EXIT.usage, `${file} is not there`);
  const timeoutMs = options.timeout * 1_000;
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: 'sending {bar} {percentage}% | {eta_formatted} left',
  });
  const shown = process.stderr.isTTY && options.json !== true;
  if (shown) bar.start(size, 0);
  try {
    const report = await sendFile({
      file,
      gateway: new GatewayClient({ url: options.gateway, timeoutMs }),
      tokenOf: tokenLookup(options),
      force: options.force ?? false,
      waitMs: options.wait ? timeoutMs : 0,
      onProgress: (bytes) => {
        if (shown) bar.update(bytes);
      },
    });
    bar.stop();
    console.log(options.json === true ? JSON.stringify(report) : describe(report));
    return exitCodeOf(report);
  } finally {
    bar.stop();
  }
}

function tokenLookup({ tokens, token }: Options): (source: string) => string | undefined {
  if ((tokens === undefined) === (token === undefined)) {
    throw new CommandError(EXIT.usage, 'give either --tokens FILE or --token TOKEN');
  }
  if (tokens === undefined) return () => token;
  const bySource = readTokensFile(tokens);
  return (source) => bySource.get(source);
}

function exitCodeOf({ rejected, inLog }: SendReport): number {
  if (rejected > 0) return EXIT.refused;
  return inLog === false ? EXIT.unreachable : EXIT.done;
}

function describe({ events, accepted, duplicates, rejected, inLog, problems }: SendReport): string {
  const counts = `${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected`;
  const log =
    inLog === null
      ? 'Not waited for the log.'
      : inLog
        ? 'All that was not rejected is in the log.'
        : 'The log does not have all of them yet; run it again to see.';
  const refused = problems.map(
    ({ line, reason, detail }) => `  line ${line}: ${reason}: ${detail}`,
  );
  return [`${events} events: ${counts}. ${log}`, ...refused].join('\n');
}
