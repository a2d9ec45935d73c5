import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { TestStack } from '#local';
import { until } from './gateway.spec-tools.js';

export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** Its exit code; null after a signal. */
  readonly ended: Promise<number | null>;
}

/** The gateway as a process of its own, from `dist/`; the caller ends it. */
export async function gatewayProcess(
  stack: Pick<TestStack, 'databaseUrl' | 'brokers' | 'topicPrefix'>,
  more: Readonly<Record<string, string>>,
): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [resolve('dist/apps/gateway/src/main.js')], {
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: stack.databaseUrl,
      KAFKA_BROKERS: stack.brokers.join(','),
      TOPIC_PREFIX: stack.topicPrefix,
      ...more,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await until(() => Promise.resolve(output.includes('"started"')), 15);
  return { child, url: `http://127.0.0.1:${/"port":(\d+)/.exec(output)?.[1] ?? ''}`, ended };
}
