import { fileURLToPath } from 'node:url';
import { Listr, PRESET_TIMER } from 'listr2';
import { addressTable } from './address-table.js';
import { FigureLine, readFigures } from './figures.js';
import { LocalRun } from './local-run.js';
import { serviceUrl } from './services.js';
import { StackError } from './stack-error.js';
import { parseStartOptions, type StartOptions } from './start-options.js';

/** The program behind `npm start`. Exit codes: 0 stopped as asked, 1 could not start. */

/** dist/local/src/start.js lies three folders below the root. */
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Shows notices above the line that is rewritten in place. */
class Screen {
  private readonly tty = process.stdout.isTTY;
  private shownAt = 0;

  notice(text: string): void {
    process.stdout.write(`${this.tty ? '\r\x1b[K' : ''}${text}\n`);
  }

  /** Each second on a terminal, every ten seconds elsewhere. */
  line(text: string): void {
    if (this.tty) {
      process.stdout.write(`\r\x1b[K${text.slice(0, (process.stdout.columns || 80) - 1)}`);
    } else if (Date.now() - this.shownAt >= 9_900) {
      this.shownAt = Date.now();
      process.stdout.write(`${text}\n`);
    }
  }
}

async function startAll(run: LocalRun, interrupted: AbortSignal): Promise<void> {
  let failure: unknown;
  const steps = run.steps().map(({ title, run: work }) => ({
    title,
    task: async (_: unknown, task: { output: string; title: string }) => {
      try {
        if (interrupted.aborted) throw new StackError('Interrupted');
        await work((text) => {
          task.output = text;
        });
      } catch (error) {
        // Shown whole after the list, whose lines would cut a log's end to pieces.
        failure = error;
        throw new Error('see below', { cause: error });
      }
    },
  }));
  const timer = { timer: PRESET_TIMER };
  const renderer = process.stdout.isTTY ? 'default' : 'simple';
  // Signals are ours: Listr would end the process and leave the servers running.
  const options = { renderer, rendererOptions: timer, registerSignalListeners: false } as const;
  try {
    await new Listr(steps, options).run();
  } catch (error) {
    throw failure ?? error;
  }
}

/** Shows the figures until `until` is aborted. */
async function showFigures(portBase: number, screen: Screen, until: AbortSignal): Promise<void> {
  const line = new FigureLine();
  const ended = (): boolean => until.aborted;
  while (!ended()) {
    const begun = Date.now();
    const figures = await readFigures((service) => serviceUrl(service, portBase));
    if (!ended()) screen.line(line.next(figures, begun));
    await pause(Math.max(0, 1_000 - (Date.now() - begun)), until);
  }
}

/** Resolves after `ms`, or as soon as `until` is aborted. */
function pause(ms: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    until.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function onSignals(end: AbortController, screen: Screen, run: LocalRun): void {
  const onSignal = (): void => {
    if (end.signal.aborted) {
      run.killAll();
      screen.notice('Ended at once; the next start clears up what is left');
      process.exit(130);
    }
    screen.notice('Stopping (once more: at once)');
    end.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

async function main(options: StartOptions): Promise<number> {
  if (options.secure && process.env.KAFKA_BROKERS !== undefined) {
    console.error('--secure is about the embedded broker: unset KAFKA_BROKERS, or leave it out');
    return 1;
  }
  const screen = new Screen();
  const end = new AbortController();
  const notice = screen.notice.bind(screen);
  const run = new LocalRun(root, options, notice, end.signal);
  onSignals(end, screen, run);
  console.log(`Data in ${options.dataDir}`);
  try {
    await startAll(run, end.signal);
    if (run.stack) console.log(addressTable(run.stack, options));
    if (options.exitAfterSeconds !== undefined) {
      setTimeout(() => {
        end.abort();
      }, options.exitAfterSeconds * 1_000);
    }
    await showFigures(options.portBase, screen, end.signal);
    return 0;
  } catch (error) {
    // What a start says that was told to end is no news.
    if (end.signal.aborted) return 0;
    if (!(error instanceof StackError)) throw error;
    console.error(`\n${error.message}`);
    return 1;
  } finally {
    await run.stop();
    if (end.signal.aborted) screen.notice('Stopped');
  }
}

process.exitCode = await main(parseStartOptions(process.argv.slice(2), root));
