import { type DataOf, EVENTS, topicName } from '#contracts';
import type { Pool } from '#database';
import { CommandError, EXIT } from '../command-error.js';
import type { GatewayClient } from '../gateway-client.js';
import type { KafkaTarget } from '../kafka-client.js';
import type { Registrar } from '../registrar-access.js';
import { registrarBoot, sayAsRegistrar } from '../registrar-boot.js';
import { loadFence, moveFence } from './fence.store.js';
import { type Target, judgeOffset } from './judge-offset.js';
import { readBounds } from './stream-bounds.js';

export interface AdoptFenceOptions extends Registrar {
  readonly siteId: string;
  readonly partition: number;
  readonly target: Target;
  readonly reason: string;
  readonly actor: string;
  readonly stream: KafkaTarget;
  readonly timeoutMs: number;
  readonly database: Pool;
  readonly gateway: GatewayClient;
}

export interface AdoptFenceReport extends DataOf<'fenceAdopted'> {
  readonly epoch: number;
}

/**
 * Says `fence.adopted` in the site's stream, then moves the fence: never a move that the log does
 * not tell of. Dies it between the two, the log tells of a move that did not happen; run again, it
 * says so anew and moves. What it says lands behind the stream's end as it was read, hence at or
 * after any offset that can be adopted.
 */
export async function adoptFence(options: AdoptFenceOptions): Promise<AdoptFenceReport> {
  const { partition, target, reason, actor, stream, timeoutMs, database } = options;
  const topic = topicName(stream.prefix, 'classifiedEvents');
  const fence = await loadFence(database, topic, partition);
  if (fence === null) {
    throw new CommandError(EXIT.usage, `nothing of ${topic} ${partition} was ever booked`);
  }
  const { clusterId, logStart, logEnd } = await readBounds(stream, topic, partition, timeoutMs);
  const judged = judgeOffset(target, { next: fence.next, logStart, logEnd });
  if ('problem' in judged) throw new CommandError(EXIT.usage, judged.problem);
  const fromOffset = fence.next;
  const toOffset = judged.offset;
  const data = { topic, partition, clusterId, fromOffset, toOffset, reason, actor };
  await say(options, data);
  const move = { topic, partition, from: fence, to: toOffset, clusterId };
  if (!(await moveFence(database, move))) {
    const why = 'a ledger is at work on it; stop the ledger, or leave the fence alone';
    throw new CommandError(EXIT.refused, `the fence of ${topic} ${partition} has moved: ${why}`);
  }
  return { ...data, epoch: fence.epoch + 1 };
}

async function say(options: AdoptFenceOptions, data: DataOf<'fenceAdopted'>): Promise<void> {
  const { siteId, registrar, token, key, gateway } = options;
  const boot = registrarBoot({
    siteId,
    registrar,
    key,
    position: await gateway.position(token, registrar),
    nowMs: Date.now(),
    program: 'urbanmine fence adopt',
    events: [{ type: EVENTS.fenceAdopted.type, data }],
    opensLog: false,
  });
  await sayAsRegistrar(gateway, token, boot);
}
