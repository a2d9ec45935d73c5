import { type Pool, type PoolClient, transaction } from '#database';
import { type Fence, type Start, type StreamBounds, judgeClaim } from './judge-claim.js';

interface FenceRow {
  cluster_id: string;
  epoch: string;
  next_offset: string;
  last_digest: Buffer | null;
}

export interface ClaimedFence extends Start {
  readonly epoch: number;
}

/**
 * Takes a partition: one epoch more, in a transaction of its own. A predecessor inside its own
 * transaction holds the row, so this waits for it and reads what it committed.
 */
export function claimFence(pool: Pool, owner: string, bounds: StreamBounds): Promise<ClaimedFence> {
  const { topic, partition, clusterId } = bounds;
  return transaction(pool, async (client) => {
    const start = judgeClaim(await lockFence(client, topic, partition), bounds);
    const { rows } = await client.query<{ epoch: string }>(
      `INSERT INTO fence (topic, partition, cluster_id, epoch, owner, next_offset)
       VALUES ($1, $2, $3, 1, $4, $5)
       ON CONFLICT (topic, partition) DO UPDATE
         SET epoch = fence.epoch + 1, owner = excluded.owner, claimed_at = now()
       RETURNING epoch`,
      [topic, partition, clusterId, owner, String(start.next)],
    );
    return { ...start, epoch: Number(rows[0]!.epoch) };
  });
}

async function lockFence(
  client: PoolClient,
  topic: string,
  partition: number,
): Promise<Fence | null> {
  const { rows } = await client.query<FenceRow>(
    `SELECT cluster_id, epoch, next_offset, last_digest
     FROM fence WHERE topic = $1 AND partition = $2 FOR UPDATE`,
    [topic, partition],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    clusterId: row.cluster_id,
    epoch: Number(row.epoch),
    nextOffset: BigInt(row.next_offset),
    lastDigest: row.last_digest,
  };
}

export interface FenceStep {
  readonly topic: string;
  readonly partition: number;
  readonly epoch: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly lastDigest: Buffer;
}

/**
 * First statement of every booking. False: another owner has claimed the partition since, or this
 * batch is booked already.
 */
export async function advanceFence(client: PoolClient, step: FenceStep): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'advance-fence',
    text: `UPDATE fence SET next_offset = $5, last_digest = $6
           WHERE topic = $1 AND partition = $2 AND epoch = $3 AND next_offset = $4`,
    values: [
      step.topic,
      step.partition,
      step.epoch,
      String(step.from),
      String(step.to),
      step.lastDigest,
    ],
  });
  return rowCount === 1;
}

/** The epochs that stand now, by partition. */
export async function readEpochs(pool: Pool, topic: string): Promise<Map<number, number>> {
  const { rows } = await pool.query<{ partition: number; epoch: string }>(
    'SELECT partition, epoch FROM fence WHERE topic = $1',
    [topic],
  );
  return new Map(rows.map(({ partition, epoch }) => [partition, Number(epoch)]));
}
