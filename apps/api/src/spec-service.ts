import { Registry } from 'prom-client';
import { migrate } from '#database';
import { type TestStack, testStack } from '#local';
import { type RunningService, createLogger, startService } from '#process';
import { readApiConfig } from './api.config.js';
import { apiService } from './api.service.js';

/** The service of a spec, over a database of its own that is migrated and empty. */
export interface SpecService {
  readonly stack: TestStack;
  readonly base: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function startSpecService(): Promise<SpecService> {
  const stack = await testStack();
  await migrate(stack.databaseUrl);
  const config = readApiConfig({ DATABASE_URL: stack.databaseUrl, PORT: '0', HOST: '127.0.0.1' });
  const logger = createLogger('api', 'silent');
  const fatal: unknown[] = [];
  const service: RunningService = await startService(
    apiService({ config, logger, registry: new Registry() }),
    (error) => fatal.push(error),
  );
  const base = `http://127.0.0.1:${service.port}`;
  return {
    stack,
    base,
    get: (path, headers = {}) => fetch(base + path, { headers }),
    close: async () => {
      await service.stop();
      await stack.close();
      if (fatal.length > 0) throw fatal[0] as Error;
    },
  };
}
