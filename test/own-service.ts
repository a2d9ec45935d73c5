import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunningLine } from './running-line.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A further process of a service, beside those of a line. */
export interface OwnService {
  readonly url: string;
  kill9(): Promise<void>;
  /** SIGTERM; does nothing when it has ended. */
  stop(): Promise<void>;
}

/** Starts another `metrics` or `classifier` from `dist/` on the broker of the line. */
export async function startOwn(
  line: RunningLine,
  app: 'classifier' | 'metrics',
): Promise<OwnService> {
  const child: ChildProcess = spawn(process.execPath, [`dist/apps/${app}/src/main.js`], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { KAFKA_BROKERS: line.brokers.join(','), HOST: '127.0.0.1', PORT: '0' },
  });
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  const port = await new Promise<number>((resolve, reject) => {
    void exited.then(([code]) => {
      reject(new Error(`${app} ended with ${String(code)} before it had started`));
    });
    createInterface(child.stdout!).on('line', (text) => {
      const { msg, port: found } = JSON.parse(text) as { msg?: string; port?: number };
      if (msg === 'started' && found !== undefined) resolve(found);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    kill9: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}
