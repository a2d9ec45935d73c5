import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { endLeftover, startChild } from './child.js';
import { ManagedServer } from './managed-server.js';
import { assertFree } from './ports.js';

export interface PrometheusOptions {
  dataDir: string;
  port: number;
  configFile: string;
}

/** The `prometheus` on the path, or undefined: it is the one part of the stack that npm and Maven cannot bring. */
export function prometheusBinary(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'prometheus'))
    .find((file) => existsSync(file));
}

export async function startPrometheus(
  binary: string,
  options: PrometheusOptions,
): Promise<ManagedServer> {
  const { dataDir, port, configFile } = options;
  const storage = join(dataDir, 'prometheus');
  await endLeftover(dataDir, 'prometheus', 'SIGTERM', 10_000);
  await assertFree(port, 'Prometheus');
  mkdirSync(storage, { recursive: true });
  const server = new ManagedServer({
    name: 'prometheus',
    dataDir,
    launch: () =>
      startChild({
        name: 'prometheus',
        dataDir,
        command: binary,
        args: [
          `--config.file=${configFile}`,
          `--storage.tsdb.path=${storage}`,
          `--web.listen-address=127.0.0.1:${port}`,
        ],
        mark: storage,
      }),
    probe: async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
    readyTimeoutMs: 30_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 10_000,
  });
  await server.start();
  return server;
}
