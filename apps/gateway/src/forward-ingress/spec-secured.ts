import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { decodeStructured, encodeHeaders, ingressTopic } from '#contracts';
import { arrival, dataOf } from '../gateway.spec-tools.js';

/** The one secured broker of the test run: principals, passwords, access lists. */
export const PREFIX = 'secured.';
export const GATE = 'north.gate-1';
export const OTHER = 'north.gate-2';

export type Printed = Promise<Record<string, string>>;

interface Who {
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly username: string;
  readonly password: string;
}

/** `urbanmine` from `dist/`, with what it prints as JSON. */
export function runUrbanmine(who: Who, args: readonly string[]): Printed {
  const env = {
    DATABASE_URL: who.databaseUrl,
    KAFKA_BROKERS: who.brokers.join(','),
    KAFKA_USERNAME: who.username,
    KAFKA_PASSWORD: who.password,
    TOPIC_PREFIX: PREFIX,
  };
  const file = resolve('apps/cli/bin/urbanmine.mjs');
  return new Promise((done, fail) => {
    execFile(process.execPath, [file, ...args, '--json'], { env }, (error, stdout) => {
      if (error === null) done(JSON.parse(stdout) as Record<string, string>);
      else fail(new Error(error.message));
    });
  });
}

/** A record as a station writes it. */
export function recordOf(
  seq: number,
  source = GATE,
  change: Readonly<Record<string, string>> = {},
) {
  const text = arrival(seq, source);
  const { attributes } = decodeStructured(Buffer.from(text));
  const headers = { ...encodeHeaders(attributes), ...change };
  const topic = ingressTopic(PREFIX, source);
  return { topic, partition: 0, key: null, value: Buffer.from(dataOf(text)), headers };
}

/** Type of the broker's refusal; undefined where it did not refuse. */
export const refusal = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => {
      const { type, name, cause } = error as { type?: string; name?: string; cause?: Error };
      return type ?? (cause as { type?: string } | undefined)?.type ?? name;
    },
  );
