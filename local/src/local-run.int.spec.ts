import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { testDataDir, testStack, type TestStack } from '#local';
import { startChild } from './child.js';
import { LocalRun } from './local-run.js';
import { freePortBase } from './ports.js';
import { identify } from './processes.js';
import { SERVICE_STOP_ORDER } from './services.js';
import { parseStartOptions, type StartOptions } from './start-options.js';

/** A service in the smallest form: answers on its port, says when it starts and stops, can be told how to end. */
const SERVICE = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
const say = (word) => appendFileSync(process.env.DATA_DIR + '/../story', word + ' ' + name + '\\n');
const name = process.env.DATA_DIR.split('/').at(-1);
say('start');
process.on('SIGTERM', () => { say('stop'); process.exit(0); });
if (!process.env.PORT) setInterval(() => 0, 1000);
else createServer((request, response) => {
  response.end('ok');
  const code = /^.exit.(\\d+)/.exec(request.url)?.[1];
  if (code) setTimeout(() => process.exit(Number(code)), 10);
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

/** `urbanmine`: has nothing to create and nobody to enrol. */
const CLI = `
console.log(process.argv[2] === 'provision' ? '{"created":[],"differences":[]}' : '[]');
`;

const root = mkdtempSync(join(tmpdir(), 'urbanmine-root-'));
const dataDir = testDataDir();
const notices: string[] = [];
const runs: LocalRun[] = [];
let shared: TestStack;
let options: StartOptions;

async function start(interrupted = new AbortController().signal): Promise<LocalRun> {
  const run = new LocalRun(root, options, (text) => notices.push(text), interrupted);
  runs.push(run);
  try {
    for (const step of run.steps()) await step.run(() => undefined);
    return run;
  } catch (error) {
    await run.stop();
    throw error;
  }
}

function story(word: string): string[] {
  return readFileSync(join(dataDir, 'story'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(word))
    .map((line) => line.slice(word.length + 1));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`still not so: ${condition.toString()}`);
    await sleep(20);
  }
}

beforeAll(async () => {
  for (const app of [...SERVICE_STOP_ORDER, 'cli']) {
    const folder = join(root, 'dist', 'apps', app, 'src');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'main.js'), app === 'cli' ? CLI : SERVICE);
  }
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  shared = await testStack();
  process.env.DATABASE_URL = shared.databaseUrl;
  process.env.KAFKA_BROKERS = shared.brokers.join(',');
  process.env.TOPIC_PREFIX = shared.topicPrefix;
  const portBase = String(await freePortBase([1, 2, 3, 4, 5]));
  options = parseStartOptions(['--data', dataDir, '--port-base', portBase], root, true);
});

afterEach(async () => {
  for (const run of runs.splice(0)) await run.stop();
});

afterAll(async () => {
  for (const name of ['DATABASE_URL', 'KAFKA_BROKERS', 'TOPIC_PREFIX']) {
    Reflect.deleteProperty(process.env, name);
  }
  await shared.close();
  rmSync(root, { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
});

describe('LocalRun', () => {
  it('restarts a service that dies, leaves one down that found an invariant broken, and stops in order', async () => {
    const run = await start();
    await expect(start()).rejects.toThrow(/is in use by process/);
    const ask = (service: number, path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${options.portBase + service}${path}`);
    await until(() => story('start').at(-1) === 'plant');

    await ask(3, '/exit/1');
    await until(() => story('start').filter((name) => name === 'ledger').length === 2);
    expect(notices).toContainEqual(
      expect.stringMatching(
        /^ledger ended with code 1\. Starting it again in 0\.5 s; see .*ledger\.log$/,
      ),
    );
    await ask(4, '/exit/70');
    await until(() => notices.some((text) => text.startsWith('metrics ended with code 70')));

    // The ledger is up again before it is told to stop, or there would be nothing to hear from it.
    await until(async () => (await ask(3, '/readyz').catch(() => undefined))?.ok === true);
    await run.stop();
    expect(story('stop')).toEqual(SERVICE_STOP_ORDER.filter((name) => name !== 'metrics'));
    expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
  }, 20_000);

  it('ends the services that a killed run left, before it starts its own', async () => {
    const left = startChild({
      name: 'gateway',
      dataDir,
      command: process.execPath,
      args: [join(root, 'dist/apps/gateway/src/main.js')],
      mark: 'gateway/src/main.js',
      env: {
        ...process.env,
        DATA_DIR: join(dataDir, 'gateway'),
        PORT: String(options.portBase + 1),
      },
    });
    expect(identify(left.pid)).toBeDefined();
    const run = await start();
    expect(identify(left.pid)).toBeUndefined();
    await run.stop();
  }, 20_000);

  it('gives up waiting for a service when interrupted', async () => {
    const classifier = join(root, 'dist', 'apps', 'classifier', 'src', 'main.js');
    writeFileSync(classifier, 'console.log("never ready"); setInterval(() => 0, 1000);');
    const end = new AbortController();
    const given = expect(start(end.signal)).rejects.toThrow(
      /classifier was not ready[^]*never ready/,
    );
    const answers = (service: number): Promise<boolean> =>
      fetch(`http://127.0.0.1:${options.portBase + service}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(async () => (await Promise.all([1, 3, 4, 5].map(answers))).every(Boolean));
    // All others answer; the supervisor has asked them again by then.
    await sleep(1_000);
    end.abort();
    await given;
    expect(readdirSync(join(dataDir, 'run'))).toEqual([]);
  }, 20_000);

  it('forgets a folder of ours, and never one that is not', async () => {
    writeFileSync(join(root, 'dist', 'apps', 'classifier', 'src', 'main.js'), SERVICE);
    const foreign = mkdtempSync(join(tmpdir(), 'urbanmine-root-'));
    writeFileSync(join(foreign, 'thesis.txt'), 'years of work');
    const before = options;
    options = { ...before, fresh: true, dataDir: foreign };
    await expect(start()).rejects.toThrow(/no data folder of Urbanmine/);
    expect(existsSync(join(foreign, 'thesis.txt'))).toBe(true);
    rmSync(foreign, { recursive: true });

    options = { ...before, fresh: true, plant: false };
    writeFileSync(join(dataDir, 'old'), '');
    const run = await start();
    expect(existsSync(join(dataDir, 'old'))).toBe(false);
    expect(story('start')).not.toContain('plant');
    await run.stop();
  }, 20_000);
});
