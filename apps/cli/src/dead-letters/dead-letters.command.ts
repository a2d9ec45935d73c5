import { Command, InvalidArgumentError } from 'commander';
import { kafkajsTransport } from '#kafka';
import { CommandError, EXIT } from '../command-error.js';
import { GatewayClient } from '../gateway-client.js';
import { type KafkaTarget, kafkaTarget, withBroker } from '../kafka-client.js';
import { baseUrl, readTokensFile, seconds } from '../options.js';
import { type Letter, type LetterFilter, fits, summaryOf } from './letter.js';
import { type LettersRead, readLetters } from './read-letters.js';
import { type ReplayOutcome, isComplete, replayLetters } from './replay-letters.js';
import { planReplay } from './replay-plan.js';

interface BrokerOptions {
  readonly brokers?: string;
  readonly prefix?: string;
  readonly timeout: number;
  readonly json?: true;
}

interface ListOptions extends BrokerOptions, LetterFilter {
  readonly from: number;
  readonly limit: number;
}

interface ReplayOptions extends ListOptions {
  readonly gateway: string;
  readonly tokens?: string;
}

const HELP = `
A dead letter is a record that no schema accepts: its bytes, where they stood, and why. In the stream
a "record.rejected" stands in its place. Reads KAFKA_BROKERS, TOPIC_PREFIX, KAFKA_USERNAME,
KAFKA_PASSWORD and KAFKA_CA_FILE from the environment.

Exit codes:
  0  done; of a replay: everything went back
  1  wrong usage, or no such letter
  2  Kafka or the gateway did not answer in time; run it again
  3  Kafka refused it, or a letter could not go back: it says which and why`;

const REPLAY_HELP = `
Says the same bytes again, through the door that they came by: the gateway, with the station's token,
or the station's own topic. The log holds a slot for them with their digests, so they fill it late and
nothing is altered. Each station's letters go in the order of its seqs; where one is still refused the
later ones of that station are left. Do it after the fix: a version that did not understand them will
reject them again. Doing it twice changes nothing.
${HELP}`;

/** `urbanmine dead-letters list|show|replay`. */
export function deadLettersCommand(finish: (exitCode: number) => void): Command {
  const group = new Command('dead-letters').description('records that no schema accepted');
  const command = (name: string, description: string): Command =>
    group
      .command(name)
      .description(description)
      .option('--brokers <list>', 'Kafka (default: KAFKA_BROKERS)')
      .option('--prefix <text>', 'before each topic (default: TOPIC_PREFIX or urbanmine.)')
      .option('--timeout <seconds>', 'how long to wait for Kafka and the gateway', seconds, 60)
      .option('--json', 'print the result as JSON');
  filtered(command('list', 'what is there, oldest first'))
    .addHelpText('after', HELP)
    .action(async (options: ListOptions) => {
      const read = await load(options, kafkaTarget('dead-letters', options));
      print(options, { ...read, letters: read.letters.map(summaryOf) }, listing(read));
      finish(EXIT.done);
    });
  command('show', 'one letter with its bytes')
    .argument('<offset>', 'as `list` names it', whole)
    .option('--raw', 'only its bytes, as they are')
    .addHelpText('after', HELP)
    .action(async (offset: number, options: BrokerOptions & { readonly raw?: true }) => {
      show(await loadOne(offset, options), options);
      finish(EXIT.done);
    });
  filtered(command('replay', 'say events again that were rejected'))
    .argument('[offsets...]', 'as `list` names them (default: all that fit)', wholes)
    .option('--gateway <url>', 'address of the gateway', baseUrl, 'http://127.0.0.1:7101')
    .option('--tokens <file>', 'bearer tokens by source, JSON')
    .addHelpText('after', REPLAY_HELP)
    .action(async (offsets: readonly number[], options: ReplayOptions) => {
      const { outcomes, next } = await replay(offsets, options);
      print(options, { outcomes, next }, [...outcomes.map(lineOf), ...goOn(next)]);
      finish(isComplete(outcomes) ? EXIT.done : EXIT.refused);
    });
  return group;
}

const filtered = (command: Command): Command =>
  command
    .option('--reason <code>', 'only those rejected for it')
    .option('--source <name>', 'only those of this station')
    .option('--by <service>', 'only those rejected by it')
    .option('--from <offset>', 'begin there', whole, 0)
    .option('--limit <n>', 'at most so many', whole, 1_000);

function load(
  { from, limit, timeout, ...filter }: ListOptions,
  target: KafkaTarget,
  offsets: readonly number[] = [],
): Promise<LettersRead> {
  const wants = (letter: Letter): boolean =>
    fits(letter, filter) && (offsets.length === 0 || offsets.includes(letter.offset));
  return withBroker(target, timeout * 1_000, () => readLetters(target, { from, limit, wants }));
}

async function loadOne(offset: number, options: BrokerOptions): Promise<Letter> {
  const { brokers, prefix, timeout } = options;
  const range = {
    ...(brokers === undefined ? {} : { brokers }),
    ...(prefix === undefined ? {} : { prefix }),
    ...{ from: offset, limit: 1, timeout },
  };
  const { letters } = await load(range, kafkaTarget('dead-letters', options), [offset]);
  if (letters[0] !== undefined) return letters[0];
  throw new CommandError(EXIT.usage, `no dead letter has the offset ${offset}; see \`list\``);
}

function show(letter: Letter, options: { readonly raw?: true; readonly json?: true }): void {
  if (options.raw === true) {
    process.stdout.write(letter.value ?? '');
    return;
  }
  const value = letter.value?.toString('base64') ?? null;
  const headers = Object.fromEntries(
    Object.entries(letter.headers).map(([name, text]) => [name, String(text)]),
  );
  const lines = Object.entries(headers).map(([name, text]) => `${name}: ${text}`);
  print(options, { ...summaryOf(letter), headers, valueBase64: value }, [
    lineOfLetter(letter),
    ...lines,
    '',
    letter.value?.toString() ?? '(its bytes are not kept)',
  ]);
}

async function replay(
  offsets: readonly number[],
  options: ReplayOptions,
): Promise<{ outcomes: ReplayOutcome[]; next: number | null }> {
  const target = kafkaTarget('dead-letters', options);
  const tokens =
    options.tokens === undefined ? new Map<string, string>() : readTokensFile(options.tokens);
  const { letters, next } = await load(options, target, offsets);
  const found = new Set(letters.map(({ offset }) => offset));
  const missing = offsets.filter((offset) => !found.has(offset));
  if (missing.length > 0) {
    throw new CommandError(EXIT.usage, `no dead letter has the offset ${missing.join(', ')}`);
  }
  const silent = (): void => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  const timeoutMs = options.timeout * 1_000;
  const transport = kafkajsTransport(target.kafka);
  const producer = transport.createProducer({ logger, ackTimeoutMs: timeoutMs });
  const plan = planReplay(letters, target.prefix);
  const gateway = new GatewayClient({ url: options.gateway, timeoutMs });
  await withBroker(target, timeoutMs, () => producer.connect());
  try {
    const tokenOf = (source: string): string | undefined => tokens.get(source);
    return { outcomes: await replayLetters(plan, { gateway, tokenOf, producer }), next };
  } finally {
    await producer.close();
  }
}

function print(options: { readonly json?: true }, value: object, lines: readonly string[]): void {
  console.log(options.json === true ? JSON.stringify(value) : lines.join('\n'));
}

const listing = ({ letters, next }: LettersRead): string[] => [
  ...(letters.length === 0 ? ['No dead letters.'] : letters.map(lineOfLetter)),
  ...goOn(next),
];

const goOn = (next: number | null): string[] =>
  next === null ? [] : [`There are more: --from ${next}`];

function lineOfLetter({ offset, time, reason, by, event, origin, detail }: Letter): string {
  const who = event === null ? '(unreadable)' : `${event.source} ${event.boot}.${event.seq}`;
  const place = `${origin.topic} ${origin.partition}:${origin.offset}`;
  return `${offset}  ${time}  ${reason}  ${who}  ${place}  ${by}  ${detail ?? ''}`.trimEnd();
}

const lineOf = ({ offset, source, outcome, why }: ReplayOutcome): string =>
  `${offset}  ${source ?? '-'}  ${outcome}${why === null ? '' : `: ${why}`}`;

function whole(text: string): number {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Expected a whole number from 0.');
}

const wholes = (text: string, before: readonly number[] | undefined): readonly number[] => [
  ...(before ?? []),
  whole(text),
];
