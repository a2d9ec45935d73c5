import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { allPorts, freePortBase, serviceUrl, testDataDir } from '#local';
import { CompletenessCheck, type WalkedLog, walkLog } from '../log-walk.js';
import { until } from '../running-line.js';

/** The program behind `npm start`, killed in every way, on one data folder. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SITE = 'north';
const dataDir = testDataDir();
const portBase = await freePortBase(allPorts());
const api = serviceUrl('api', portBase);
/** Everything that any start has started, by number. */
const started = new Map<number, string>();

interface Start {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output: string;
}

/** Resolves when it has printed its table: what answers from then on is its own. */
async function start(...more: readonly string[]): Promise<Start> {
  const args = ['--data', dataDir, '--port-base', String(portBase)];
  args.push('--rate', '1000', '--sites', '1', '--streams', 'steel', ...more);
  const child = spawn(process.execPath, ['dist/local/src/start.js', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const running: Start = { child, ended, output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      running.output += chunk.toString();
    });
  }
  const isUp = await until('the table of addresses', 90_000, () => {
    if (child.exitCode !== null) return Promise.resolve('no');
    const shown = running.output.includes(`:${portBase + 1}/v1/events`);
    return Promise.resolve(shown ? 'yes' : undefined);
  });
  if (isUp === 'no') throw new Error(`it ended: ${running.output}`);
  return running;
}

/** What runs now by the records in the data folder, the start program itself included. */
function recorded(): Map<number, string> {
  const folder = join(dataDir, 'run');
  const pids = new Map<number, string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const { pid } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { pid: number };
    pids.set(pid, file);
    started.set(pid, file);
  }
  const postmaster = join(dataDir, 'postgres', 'postmaster.pid');
  if (existsSync(postmaster)) {
    const pid = Number(readFileSync(postmaster, 'utf8').split('\n')[0]);
    pids.set(pid, 'postgres');
    started.set(pid, 'postgres');
  }
  return pids;
}

const isAlive = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    // No such process; elsewhere than on Linux, ask with signal 0.
    return existsSync('/proc/self/stat') ? false : signalled(pid);
  }
};

function signalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function kill9(pids: Iterable<number>): void {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

/** Waits for so many signed entries more than `earlier` has, then walks the log from the start. */
async function grownFrom(earlier: WalkedLog | undefined, entries: number): Promise<WalkedLog> {
  const wanted = (earlier?.size ?? 0) + entries;
  return until(`${wanted} entries`, 90_000, async () => {
    const complete = new CompletenessCheck();
    const log = await walkLog(
      api,
      SITE,
      (entry) => {
        complete.visit(entry);
      },
      earlier,
    );
    if (log.size < wanted) return undefined;
    expect(complete.problems()).toEqual([]);
    return log;
  });
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const settle = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket
      .once('connect', () => {
        settle(true);
      })
      .once('error', () => {
        settle(false);
      });
  });

afterAll(() => {
  if (existsSync(join(dataDir, 'run'))) recorded();
  kill9(started.keys());
  rmSync(dataDir, { recursive: true, force: true });
});

describe('npm start', () => {
  let log: WalkedLog | undefined;

  it('works, and leaves its services to themselves when it alone is killed', async () => {
    const run = await start();
    log = await grownFrom(undefined, 60);
    const pids = recorded();
    expect([...pids.values()].sort()).toEqual(
      expect.arrayContaining([
        'gateway.json',
        'kafka.json',
        'ledger.json',
        'plant.json',
        'postgres',
      ]),
    );
    run.child.kill('SIGKILL');
    await run.ended;
    expect([...pids.keys()].filter(isAlive)).toHaveLength(pids.size - 1);
  }, 120_000);

  it('ends what was left, goes on with the same log, and is killed with all it started', async () => {
    const left = [...recorded().keys()];
    const run = await start();
    log = await grownFrom(log, 60);
    expect(left.filter(isAlive)).toEqual([]);
    const pids = recorded();
    kill9(pids.keys());
    await run.ended;
    await until('all are gone', 10_000, () =>
      Promise.resolve([...pids.keys()].some(isAlive) ? undefined : true),
    );
  }, 120_000);

  it('goes on after that too, and ends cleanly on SIGTERM in full work', async () => {
    const run = await start();
    log = await grownFrom(log, 60);
    recorded();
    run.child.kill('SIGTERM');
    expect([await run.ended, run.output]).toEqual([0, expect.stringContaining('Stopped')]);
    expect([...started.keys()].filter(isAlive)).toEqual([]);
    expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
  }, 120_000);

  it('exits by itself with 0 after the time it was given, and nothing is left', async () => {
    const run = await start('--exit-after', '8');
    log = await grownFrom(log, 1);
    recorded();
    expect([await run.ended, run.output]).toEqual([0, expect.stringContaining('Stopped')]);
    expect([...started.keys()].filter(isAlive)).toEqual([]);
    for (const offset of allPorts()) expect(await answers(portBase + offset)).toBe(false);
  }, 120_000);
});
