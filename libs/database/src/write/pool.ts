import pg from 'pg';

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;
/** What runs a statement: a pool, or a connection within a transaction. */
export type Queryable = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>;

export interface PoolOptions {
  readonly databaseUrl: string;
  readonly applicationName: string;
  readonly size?: number;
  /** A connection that was idle has been lost; the next query opens another. */
  readonly onIdleError: (error: Error) => void;
}

export function createPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    max: options.size ?? 4,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // A statement that hangs must not hold a partition for ever.
    statement_timeout: 60_000,
  });
  pool.on('error', options.onIdleError);
  return pool;
}

/**
 * Runs `work` in one transaction on one connection (READ COMMITTED). Whatever `work` throws rolls
 * back; a connection whose state is in doubt is closed, not reused.
 */
export async function transaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // While checked out, a lost connection is reported by the query that notices it.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
