import { InvariantError, RetriableError } from '#contracts';
import { rootCause } from './client.js';
import { RejectLimitError } from './reject-window.js';

/**
 * What a failure of a batch leads to. `rejoin`: the group has gone on without this member, which
 * only kafkajs's own loop can mend. `stop-partition`: its neighbours go on.
 */
export type FailureKind = 'rejoin' | 'retry' | 'retry-counted' | 'stop-partition' | 'stop';

const MEMBERSHIP = new Set([
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'FENCED_INSTANCE_ID',
]);

function isMembershipError(error: unknown): boolean {
  const { type } = (rootCause(error) ?? {}) as { type?: unknown };
  return typeof type === 'string' && MEMBERSHIP.has(type);
}

export function failureKind(error: unknown): FailureKind {
  if (error instanceof InvariantError) return 'stop';
  if (error instanceof RetriableError) return 'retry';
  if (error instanceof RejectLimitError) return 'stop-partition';
  return isMembershipError(error) ? 'rejoin' : 'retry-counted';
}
