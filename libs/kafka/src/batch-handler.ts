import { applyDecorators, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { TopicName } from '#contracts';
import { type Observable, throwError } from 'rxjs';
import type { RecordBatch } from './record.js';

type BatchMethodDecorator = (
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<(batch: RecordBatch) => Promise<void>>,
) => void;

/** The transport id of `KafkaBatchServer`; other transports may live in the same module. */
export const KAFKA_BATCH = Symbol('kafka-batch');

/** Nest turns unknown errors into a text for a remote caller; the consumer loop needs the error. */
class KeepErrorFilter implements RpcExceptionFilter<unknown> {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Marks a controller's method `(batch: RecordBatch) => Promise<void>` as the handler of a topic.
 * It is called once a batch, one batch of a partition at a time. When it resolves, the batch is
 * done for good. It throws RetriableError, PoisonError or InvariantError and MUST NOT catch them.
 * @param topic key of TOPICS, or a name that the server's `resolveTopics` understands
 */
export function BatchHandler(topic: TopicName | (string & {})): BatchMethodDecorator {
  return applyDecorators(EventPattern(topic, KAFKA_BATCH), UseFilters(new KeepErrorFilter()));
}
