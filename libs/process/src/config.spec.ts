import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, describeEnvironment, loadConfig, redactConfig, secret } from './config.js';
import { databaseFields, kafkaFields } from './environment.js';

const schema = z.object({
  PORT: z.coerce.number().int().min(1).default(7101).describe('a TCP port'),
  KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(','))
    .describe('host:port of the brokers, separated by commas'),
  DATABASE_URL: secret(z.url().describe('a postgresql:// address')),
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
}

describe('loadConfig', () => {
  it('parses, fills defaults and freezes', () => {
    const config = loadConfig(schema, {
      KAFKA_BROKERS: 'a:1,b:2',
      DATABASE_URL: 'postgresql://u@h/d',
      PORT: '',
    });
    expect(config).toEqual({
      PORT: 7101,
      KAFKA_BROKERS: ['a:1', 'b:2'],
      DATABASE_URL: 'postgresql://u@h/d',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names every problem with its remedy, in one message', () => {
    const problems = problemsOf({ PORT: 'http', DATABASE_URL: 'hunter2' });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^PORT="http" is not usable .*set it to a TCP port$/);
    expect(problems[1]).toBe(
      'KAFKA_BROKERS is not set; set it to host:port of the brokers, separated by commas',
    );
    expect(problems[2]).toMatch(/^DATABASE_URL is not usable/);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('reads a secret from the file that X_FILE names, and nothing else from files', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'url');
    writeFileSync(file, 'postgresql://u@h/d\n');
    const config = loadConfig(schema, { KAFKA_BROKERS: 'a:1', DATABASE_URL_FILE: file });
    expect(config.DATABASE_URL).toBe('postgresql://u@h/d');
    expect(problemsOf({ KAFKA_BROKERS_FILE: file, DATABASE_URL_FILE: file })).toHaveLength(1);
  });

  it('says why a secret file cannot be used', () => {
    const env = { KAFKA_BROKERS: 'a:1', DATABASE_URL_FILE: '/nonexistent/url' };
    expect(problemsOf(env)).toEqual([
      expect.stringMatching(/^DATABASE_URL cannot be read from DATABASE_URL_FILE: ENOENT/),
    ]);
    expect(problemsOf({ ...env, DATABASE_URL: 'postgresql://u@h/d' })).toEqual([
      'DATABASE_URL and DATABASE_URL_FILE are both set; keep one of them',
    ]);
  });

  it('shows a configuration without its secrets', () => {
    const config = loadConfig(schema, { KAFKA_BROKERS: 'a:1', DATABASE_URL: 'postgresql://u@h/d' });
    expect(redactConfig(schema, config)).toEqual({
      PORT: 7101,
      KAFKA_BROKERS: ['a:1'],
      DATABASE_URL: '[redacted]',
    });
  });

  it('knows a default that is made into something else', () => {
    const words = z
      .string()
      .default('a,b')
      .transform((text) => text.split(','));
    expect(describeEnvironment(z.object({ WORDS: words }))[0]?.fallback).toBe('a,b');
  });

  it('describes its variables for documentation and manifests', () => {
    expect(describeEnvironment(schema)).toEqual([
      {
        name: 'PORT',
        description: 'a TCP port',
        required: false,
        fallback: '7101',
        secret: false,
      },
      expect.objectContaining({ name: 'KAFKA_BROKERS', required: true, fallback: undefined }),
      expect.objectContaining({ name: 'DATABASE_URL', required: true, secret: true }),
    ]);
  });
});

describe('the variables that services share', () => {
  it('keeps the database address out of messages and takes it from a file', () => {
    const [field] = describeEnvironment(z.object(databaseFields));
    expect(field).toMatchObject({ name: 'DATABASE_URL', secret: true, required: true });
  });

  it('reads brokers as a list', () => {
    const env = { KAFKA_BROKERS: 'a:1, b:2' };
    expect(loadConfig(z.object(kafkaFields), env).KAFKA_BROKERS).toEqual(['a:1', 'b:2']);
  });
});
