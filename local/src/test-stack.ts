import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { endLeftovers, ownerOf, type Stack, startStack } from './stack.js';
import { StackError } from './stack-error.js';

/** One spec's own corner of the run's PostgreSQL and Kafka. */
export interface TestStack {
  /** Of a database made for this call, empty. */
  databaseUrl: string;
  brokers: string[];
  /** Ends in a dot and is used by no other call: put it before every topic and group. */
  topicPrefix: string;
  /** Drops the database, with whoever is still connected. The topics go with the whole stack. */
  close(): Promise<void>;
}

const TEST_FOLDER = join(tmpdir(), 'urbanmine-tests');

/**
 * A fresh database and an unused topic prefix on the servers that the test run shares. Reads TEST_DATABASE_URL and
 * TEST_KAFKA_BROKERS, which jest's global set-up sets. About 50 ms.
 * @param filled of which the database is a copy then; nobody may be connected to it
 */
export async function testStack(filled?: Pick<TestStack, 'databaseUrl'>): Promise<TestStack> {
  const { TEST_DATABASE_URL: shared, TEST_KAFKA_BROKERS: brokers } = process.env;
  if (!shared || !brokers) {
    throw new StackError('No test stack: name the spec *.int.spec.ts, so that jest starts one');
  }
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(shared);
  url.pathname = `/${name}`;
  const template = filled === undefined ? '' : new URL(filled.databaseUrl).pathname.slice(1);
  await onServer(shared, `CREATE DATABASE ${name} ${template && `TEMPLATE ${template}`}`);
  return {
    databaseUrl: url.href,
    brokers: brokers.split(','),
    topicPrefix: `${name}.`,
    close: () => onServer(shared, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/**
 * The same database for a session whose writes no trigger of ours sees: what a superuser does who
 * tampers, or who clears tables between two parts of a spec.
 */
export function unguarded(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c session_replication_role=replica');
  return url.href;
}

async function onServer(databaseUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A folder for a throw-away stack, which a later run clears away if this one is killed. */
export function testDataDir(): string {
  mkdirSync(TEST_FOLDER, { recursive: true });
  const dataDir = mkdtempSync(join(TEST_FOLDER, 'run-'));
  // As root, PostgreSQL runs as another user, who must be able to pass.
  chmodSync(dataDir, 0o755);
  return dataDir;
}

/** The stack of one test run, on free ports in a new folder. Ends first what killed runs have left on this machine. */
export async function startTestRun(): Promise<Stack> {
  mkdirSync(TEST_FOLDER, { recursive: true });
  for (const name of readdirSync(TEST_FOLDER)) {
    const dataDir = join(TEST_FOLDER, name);
    const age = Date.now() - (statSync(dataDir, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    // A young folder without an owner belongs to a run that is just beginning.
    if (ownerOf(dataDir) || age < 60_000) continue;
    await endLeftovers(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }
  const stack = await startStack({ dataDir: testDataDir(), portBase: 'free', throwAway: true });
  process.env.TEST_DATABASE_URL = stack.databaseUrl;
  process.env.TEST_KAFKA_BROKERS = stack.kafkaBrokers.join(',');
  return stack;
}
