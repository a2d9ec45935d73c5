import { Registry } from 'prom-client';
import type { FoldResult, StreamRecord } from '#custody';
import { type Pool, createPool, migrate, transaction } from '#database';
import { type TestStack, testStack, unguarded } from '#local';
import { type Environment, type RunningService, createLogger, startService } from '#process';
import { emptySite, loadAndFold, registry } from '../../../test/arbitraries/site-stream.js';
import { readApiConfig } from './api.config.js';
import { apiService } from './api.service.js';
import { insertSite } from './spec-site.js';

/** The service of a spec, over a database of its own that is migrated and empty. */
export interface SpecService {
  readonly stack: TestStack;
  readonly base: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function startSpecService(env: Environment = {}): Promise<SpecService> {
  const stack = await testStack();
  await migrate(stack.databaseUrl);
  const { databaseUrl: DATABASE_URL } = stack;
  const config = readApiConfig({ ...env, DATABASE_URL, PORT: '0', HOST: '127.0.0.1' });
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

/** The same over a site that the rules have made of a stream. */
export interface FilledService extends SpecService {
  /** Past the triggers. */
  readonly pool: Pool;
  /** What the rules said of the stream. */
  readonly result: FoldResult;
}

export async function startFilledService(
  records: readonly StreamRecord[],
  env: Environment = {},
): Promise<FilledService> {
  const service = await startSpecService(env);
  const pool = createPool({
    databaseUrl: unguarded(service.stack.databaseUrl),
    applicationName: 'spec',
    onIdleError: () => undefined,
  });
  const close = async (): Promise<void> => {
    await pool.end();
    await service.close();
  };
  try {
    const set = emptySite();
    const result = loadAndFold(set, records);
    await transaction(pool, (client) => insertSite(client, registry, set, result));
    return { ...service, pool, result, close };
  } catch (error) {
    await close();
    throw error;
  }
}
