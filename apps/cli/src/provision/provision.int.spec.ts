import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOPICS } from '#contracts';
import { createPool } from '#database';
import { type TestStack, testStack } from '#local';

let stack: TestStack;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function provision(variables: Record<string, string>, ...args: string[]): Promise<Run> {
  return new Promise((done) => {
    const file = resolve('apps/cli/bin/urbanmine.mjs');
    const env = {
      DATABASE_URL: stack.databaseUrl,
      KAFKA_BROKERS: stack.brokers.join(','),
      TOPIC_PREFIX: stack.topicPrefix,
      ...variables,
    };
    execFile(process.execPath, [file, 'provision', ...args], { env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

beforeAll(async () => {
  stack = await testStack();
}, 60_000);

afterAll(async () => {
  await stack.close();
});

describe('urbanmine provision', () => {
  it('creates topics and schema, twice at once and again, and changes nothing then', async () => {
    const both = await Promise.all([provision({}, '--json'), provision({}, '--json')]);
    expect(both.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const again = await provision({}, '--json');
    expect(JSON.parse(again.stdout)).toEqual({ created: [], differences: [] });
    expect((await provision({})).stdout).toBe('Topics: all there.\nDatabase schema: up to date.\n');
    const pool = createPool({
      databaseUrl: stack.databaseUrl,
      applicationName: 'spec',
      size: 1,
      onIdleError: () => undefined,
    });
    expect((await pool.query('SELECT site_id FROM registry')).rows).toEqual([]);
    await pool.end();
  }, 45_000);

  it('creates every topic of the contracts', async () => {
    const { stdout } = await provision({ TOPIC_PREFIX: `${stack.topicPrefix}other.` }, '--json');
    expect((JSON.parse(stdout) as { created: string[] }).created).toEqual(
      Object.values(TOPICS).map(({ name }) => `${stack.topicPrefix}other.${name}`),
    );
  }, 20_000);

  it('says who did not answer, and ends', async () => {
    const noKafka = await provision({ KAFKA_BROKERS: '127.0.0.1:9' }, '--timeout', '1');
    expect([noKafka.code, noKafka.stderr]).toEqual([2, expect.stringContaining('127.0.0.1:9')]);
    const noDatabase = await provision(
      { DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:9/d' },
      ...['--timeout', '1'],
    );
    expect([noDatabase.code, noDatabase.stderr]).toEqual([
      2,
      expect.stringContaining('the database is away'),
    ]);
    expect(noDatabase.stderr).not.toContain('hunter2');
  }, 20_000);

  it('says what was refused', async () => {
    const { code, stderr } = await provision({
      TOPIC_PREFIX: `${stack.topicPrefix}three.`,
      KAFKA_REPLICATION_FACTOR: '3',
    });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/replication.factor/i)]);
  }, 20_000);

  it('names every variable that is missing', async () => {
    const { code, stderr } = await provision({ DATABASE_URL: '', KAFKA_BROKERS: '' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/DATABASE_URL is not set[^]*KAFKA_BROKERS is not set/);
  });
});
