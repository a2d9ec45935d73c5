import pg from 'pg';
import { databaseFailure } from './failure.js';

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;
/** What runs a statement: a pool, or a connection within a transaction. */
export type Queryable = Pick<pg.PoolClient, 'query'>;

export interface PoolOptions {
  readonly databaseUrl: string;
  readonly applicationName: string;
  /** Connections at most. Default 4. */
  readonly size?: number;
  /** A connection that was idle has been lost; the next query opens another. */
  readonly onIdleError: (error: Error) => void;
}

/** Connections for the write path. End it with `end()`. */
export function createPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    max: options.size ?? 4,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // A statement that hangs must not hold a partition for ever.
    statement_timeout: 60_000,
    // A process that was stopped inside a transaction must not hold its fence for ever.
    idle_in_transaction_session_timeout: 10_000,
    lock_timeout: 15_000,
  });
  pool.on('error', options.onIdleError);
  return pool;
}

/**
 * Runs `work` in one transaction on one connection (READ COMMITTED). Whatever `work` throws rolls
 * back and comes out as `databaseFailure` names it; a connection whose state is in doubt is closed,
 * not reused. When the answer to COMMIT is lost nobody knows the outcome: the caller's fence tells.
 * @param onCommitSent called while the answer to COMMIT is under way
 */
export async function transaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  onCommitSent: () => void = () => undefined,
): Promise<T> {
  const client = await connect(pool);
  let broken: Error | undefined;
  // While checked out, a lost connection is reported by the query that notices it.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    const committed = client.query('COMMIT');
    onCommitSent();
    await committed;
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw databaseFailure(error);
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw databaseFailure(error);
  }
}
