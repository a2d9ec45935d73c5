import { Command, InvalidArgumentError } from 'commander';
import { SpoolInUseError } from '#edge';
import { CommandError, EXIT } from '../command-error.js';
import { baseUrl, seconds } from '../options.js';
import { type AgentFlags, type AgentSettings, agentSettings } from './agent-settings.js';
import { type AgentStats, StationAgent } from './agent.js';
import { FollowedFile, inputName } from './follow-file.js';
import type { Input } from './input.js';
import { MqttInput } from './mqtt-input.js';
import { StatusLine } from './status-line.js';
import { StdinInput } from './stdin-input.js';

const HELP = `
Takes what a sensor says into a spool on this disk, seals it, and uploads it until the ledger has it.
Whatever dies, it is started again and goes on where it was: an event is in the ledger once.

Examples:
  urbanmine station agent --station scale-3/station.json --file weights.csv --mapping weights.yaml
  urbanmine station agent --station sorter-9/station.json --mqtt mqtt://127.0.0.1 --topic 'sorter/#'
  my-sensor | urbanmine station agent --station bench-2/station.json

Input: NDJSON, one event a line ({"type":"container.weighed","data":{…}}; time, actor and entrymode
as they are, boot and seq are given here), or with --mapping what the mapping says: CSV or JSON in
the sensor's own words. A record that becomes no event goes to refused.ndjson beside the spool, with
the reason. A pipe cannot be read twice: what must outlive a kill comes from a file or over MQTT.

Variables: STATION_FILE, GATEWAY_URL, STATION_TOKEN, STATION_SPOOL_BYTES, MQTT_USERNAME,
MQTT_PASSWORD (.env.example). Disk: a write is synced within --sync ms and before it is sent; a full
disk or spool holds the input back.

Exit codes:
  0  stopped by a signal, or the input ended and the ledger has everything
  1  wrong usage
  2  the input ended, and not everything is in the ledger yet: it is in the spool, run it again
  3  the input ended, and some records were refused (refused.ndjson) or voided by the gateway
  4  the spool failed; nothing is lost that was acknowledged, run it again`;

/** On a signal, what is not sent in so long stays in the spool. */
const FLUSH_MS = 3_000;
const PROBLEM_QUIET_MS = 10_000;

/** `urbanmine station agent`. */
export function stationAgentCommand(finish: (exitCode: number) => void): Command {
  return new Command('agent')
    .description('speak for a station: spool, seal and upload what a sensor says')
    .option('--station <file>', 'station.json, as `station enrol` writes it')
    .option('--gateway <url>', 'address of the gateway (default: of the station file)', baseUrl)
    .option('--file <path>', 'follow this file instead of reading the standard input')
    .option('--until-end', 'end at the end of the file')
    .option('--mqtt <url>', 'subscribe at this MQTT 5 broker')
    .option('--topic <filter>', 'topics to subscribe to')
    .option('--mqtt-ca <file>', 'certificate authority of the broker, PEM')
    .option('--mapping <file>', 'how records become events, YAML or JSON')
    .option('--sync <ms>', "longest wait until a write is on disk, or 'os'", syncEvery, 200)
    .option('--gzip', 'compress the upload, for a line that is slow or paid by the byte')
    .option('--drain <seconds>', 'at the end of the input, wait so long', seconds, 60)
    .option('--json', 'print the state as JSON, every 10 s and at the end')
    .addHelpText('after', HELP)
    .action(async (flags: AgentFlags) => {
      finish(await runAgent(flags));
    });
}

function syncEvery(text: string): number | 'os' {
  const value = Number(text);
  if (text === 'os') return 'os';
  if (Number.isInteger(value) && value >= 0 && value <= 60_000) return value;
  throw new InvalidArgumentError("Expected milliseconds from 0 to 60000, or 'os'.");
}

async function runAgent(flags: AgentFlags): Promise<number> {
  const settings = agentSettings(flags, process.env);
  checkInputs(flags);
  const stopping = new AbortController();
  let failure: unknown;
  const stop = (): void => {
    stopping.abort();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  const status = new StatusLine(flags.json === true, PROBLEM_QUIET_MS);
  const agent = await start(flags, settings, {
    onProblem: (why) => {
      status.problem(why);
    },
    onFailure: (error) => {
      failure ??= error;
      stopping.abort();
    },
    signal: stopping.signal,
  });
  if (agent === null) return EXIT.done;
  status.start(() => agent.stats());
  try {
    await agent.read(inputsOf(flags, settings, agent, status), settings.converter, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) failure ??= error;
  }
  const hasEnded = !stopping.signal.aborted && failure === undefined;
  const isSafe = hasEnded && (await agent.untilSafe(flags.drain * 1_000, stopping.signal));
  const wasStopped = stopping.signal.aborted && failure === undefined;
  await agent.stop(wasStopped ? FLUSH_MS : 0).catch((error: unknown) => {
    failure ??= error;
  });
  status.end(agent.stats());
  if (failure !== undefined) throw failed(failure);
  return wasStopped ? EXIT.done : exitCodeOf(agent.stats(), isSafe);
}

const exitCodeOf = ({ refused, voided }: AgentStats, isSafe: boolean): number => {
  if (refused + voided > 0) return EXIT.refused;
  return isSafe ? EXIT.done : EXIT.unreachable;
};

const failed = (error: unknown): CommandError => {
  const why = error instanceof Error ? error.message : String(error);
  return new CommandError(EXIT.failed, why, { cause: error });
};

function checkInputs({ file, mqtt, topic, untilEnd }: AgentFlags): void {
  const problem =
    file !== undefined && mqtt !== undefined
      ? 'give either --file or --mqtt'
      : (mqtt === undefined) !== (topic === undefined)
        ? '--mqtt and --topic belong together'
        : untilEnd === true && file === undefined
          ? '--until-end is for --file'
          : undefined;
  if (problem !== undefined) throw new CommandError(EXIT.usage, problem);
}

async function start(
  flags: AgentFlags,
  settings: AgentSettings,
  given: {
    readonly onProblem: (why: string) => void;
    readonly onFailure: (error: unknown) => void;
    readonly signal: AbortSignal;
  },
): Promise<StationAgent | null> {
  try {
    return await StationAgent.start(
      { ...settings, ...given, syncEveryMs: flags.sync, gzip: flags.gzip },
      given.signal,
    );
  } catch (error) {
    const code = error instanceof SpoolInUseError ? EXIT.usage : EXIT.failed;
    throw new CommandError(code, (error as Error).message, { cause: error });
  }
}

function inputsOf(
  flags: AgentFlags,
  { converter, source, ...settings }: AgentSettings,
  { spool }: StationAgent,
  status: StatusLine,
): Input[] {
  const { isCsv, hasHeader } = converter;
  const onProblem = (why: string): void => {
    status.problem(why);
  };
  if (flags.mqtt !== undefined && flags.topic !== undefined) {
    return [
      new MqttInput({
        url: flags.mqtt,
        topic: flags.topic,
        clientId: `urbanmine-${source}`,
        username: settings.mqttUsername,
        password: settings.mqttPassword,
        caFile: flags.mqttCa,
        marks: () => spool.marks(),
        untilDurable: () => spool.sync(),
        onProblem,
      }),
    ];
  }
  if (flags.file === undefined) return [new StdinInput(process.stdin, { isCsv, hasHeader })];
  const mark = spool.marks().get(inputName(flags.file));
  const untilEnd = flags.untilEnd === true;
  return [new FollowedFile({ path: flags.file, isCsv, hasHeader, untilEnd, mark, onProblem })];
}
