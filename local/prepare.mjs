/**
 * Makes a fresh clone ready to run: checks the machine, installs, builds, fetches the broker's jars; does only what is
 * not done yet. Plain JavaScript without dependencies, since nothing is installed when it runs. What follows it runs
 * on the Node that npm installs (node_modules/.bin/node).
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...path) => join(root, ...path);
const ownBroker = Boolean(process.env.KAFKA_BROKERS);

class Stop extends Error {}

const digest = (text) => createHash('sha256').update(text).digest('hex');
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

const steps = [
  {
    title: 'Installing packages (npm ci)',
    stamp: at('node_modules', '.urbanmine-install'),
    key: () => digest(readFileSync(at('package-lock.json'))),
    /** Somebody ran npm by hand. */
    done: () => {
      const tree = statSync(at('node_modules', '.package-lock.json'), { throwIfNoEntry: false });
      return tree !== undefined && tree.mtimeMs >= statSync(at('package-lock.json')).mtimeMs;
    },
    run: () => {
      // The Node in node_modules/.bin is about to be replaced: npm runs on the machine's own.
      const bin = at('node_modules', '.bin');
      const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== bin);
      const env = { ...process.env, PATH: folders.join(delimiter) };
      return execute('npm', ['ci', '--loglevel=error'], env);
    },
  },
  {
    title: 'Building (tsc)',
    stamp: at('dist', '.urbanmine-build'),
    key: () => digest(sources().join('\n')),
    run: () =>
      execute(at('node_modules', '.bin', 'node'), [
        at('node_modules', 'typescript', 'bin', 'tsc'),
        '-p',
        'tsconfig.build.json',
      ]),
  },
  {
    title: 'Fetching the jars of Apache Kafka (Maven)',
    needless: ownBroker,
    stamp: at('local', 'kafka', 'target', '.urbanmine-jars'),
    key: () => digest(readFileSync(at('local', 'kafka', 'pom.xml'))),
    run: () => {
      rmSync(at('local', 'kafka', 'target', 'libs'), { recursive: true, force: true });
      const goal = 'dependency:copy-dependencies';
      return execute('mvn', ['-q', '-B', '-f', at('local', 'kafka', 'pom.xml'), goal]);
    },
  },
];

/** Name, size and time of everything that the compiler may read. */
function sources() {
  const found = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!['node_modules', 'target', 'dist', 'console'].includes(entry.name)) walk(path);
      } else if (/\.(ts|json)$/.test(entry.name)) {
        found.push(path);
      }
    }
  };
  for (const folder of ['apps', 'libs', 'local', 'test', 'scripts']) {
    if (existsSync(at(folder))) walk(at(folder));
  }
  for (const file of ['package.json', 'package-lock.json']) found.push(at(file));
  for (const file of ['tsconfig.json', 'tsconfig.build.json']) found.push(at(file));
  return found.sort().map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${path} ${size} ${mtimeMs}`;
  });
}

/** Output of `command`, or undefined when it cannot be run. */
function ask(command, args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return error || status !== 0 ? undefined : `${stdout}${stderr}`;
}

function checkMachine() {
  const problems = [];
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 20)) {
    problems.push(
      `Node ${process.versions.node} is too old: 20.20 or newer is needed. Get it from https://nodejs.org, ` +
        'or with a version manager: nvm install 24',
    );
  }
  if (!ownBroker) problems.push(...javaProblems(), ...mavenProblems());
  if (problems.length > 0) throw new Stop(problems.map((problem) => `- ${problem}`).join('\n'));
}

function javaProblems() {
  const home = process.env.JAVA_HOME;
  const answer =
    (home && ask(join(home, 'bin', 'java'), ['-version'])) ?? ask('java', ['-version']);
  const version = Number(/version "(\d+)/.exec(answer ?? '')?.[1]);
  if (version >= 17) return [];
  const found = version ? `Java ${version} is too old` : 'Java was not found';
  return [
    `${found}: 17 or newer is needed for the local Apache Kafka. Debian and Ubuntu: apt install ` +
      'openjdk-17-jre-headless; macOS: brew install openjdk; or https://adoptium.net. Without Java: ' +
      'docker compose up, or set KAFKA_BROKERS to a broker of your own',
  ];
}

function mavenProblems() {
  const { stamp, key } = steps[2];
  if (read(stamp) === key() || ask('mvn', ['-v'])) return [];
  return [
    'Maven was not found: it fetches the jars of Apache Kafka once. Debian and Ubuntu: apt install maven; ' +
      'macOS: brew install maven; or https://maven.apache.org. Without it: docker compose up, or set ' +
      'KAFKA_BROKERS to a broker of your own',
  ];
}

/** Runs a command in the root, its output kept for the case that it fails. */
function execute(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = `${output}${chunk}`.slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => reject(new Stop(`${command}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Stop(`${output.trim()}\n${command} ended with ${signal ?? `code ${code}`}`));
    });
  });
}

/** Shows a step with the time it takes: each second on a terminal, else every ten seconds. */
async function timed(title, work) {
  const { stdout } = process;
  const since = Date.now();
  const elapsed = () => `${((Date.now() - since) / 1000).toFixed(1)} s`;
  const show = () =>
    stdout.write(stdout.isTTY ? `\r  ${title} … ${elapsed()} ` : `  ${title} … ${elapsed()}\n`);
  show();
  const timer = setInterval(show, stdout.isTTY ? 1_000 : 10_000);
  try {
    await work();
    stdout.write(`${stdout.isTTY ? '\r' : ''}✔ ${title}: ${elapsed()}  \n`);
  } catch (error) {
    stdout.write(`${stdout.isTTY ? '\r' : ''}✖ ${title}: ${elapsed()}  \n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

async function prepare() {
  checkMachine();
  for (const { title, needless, stamp, key, done, run } of steps) {
    if (needless) continue;
    const wanted = key();
    if (read(stamp) === wanted) continue;
    if (read(stamp) !== undefined || !done?.()) await timed(title, run);
    mkdirSync(join(stamp, '..'), { recursive: true });
    writeFileSync(stamp, wanted);
  }
}

try {
  await prepare();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(`\nUrbanmine cannot start:\n${error.message}`);
  process.exitCode = 1;
}
