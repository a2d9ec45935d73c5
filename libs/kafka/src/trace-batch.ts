import { type RecordHeaders, type TraceContext, readTraceparent } from '#contracts';
import type { RecordBatch } from './record.js';

/** A span to begin: what is done to records. */
interface RecordSpan {
  readonly name: string;
  readonly kind: 'consumer' | 'producer';
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** What this lib needs of a tracer; that of libs/process fits. */
export interface BatchTracer {
  start(span: RecordSpan):
    | {
        link(contexts: Iterable<TraceContext>): void;
        end(more?: { readonly failure?: string | undefined }): void;
      }
    | undefined;
}

/** Traces that the records' events name, in their order; read as far as they are asked for. */
export function* tracesOf(
  records: Iterable<{ readonly headers?: RecordHeaders }>,
): Generator<TraceContext> {
  for (const { headers } of records) {
    const context = readTraceparent(headers?.['ce_traceparent']?.toString());
    if (context !== undefined) yield context;
  }
}

/** Does `work` in a span of its own trace, linked to those of the records: a batch is of many. */
export async function traceRecords(
  tracer: BatchTracer | undefined,
  span: RecordSpan,
  records: Iterable<{ readonly headers?: RecordHeaders }>,
  work: () => Promise<void>,
): Promise<void> {
  const begun = tracer?.start(span);
  if (begun === undefined) {
    await work();
    return;
  }
  begun.link(tracesOf(records));
  try {
    await work();
    begun.end();
  } catch (error) {
    begun.end({ failure: error instanceof Error ? error.name : 'unknown' });
    throw error;
  }
}

/** The span of a batch under way; named as OpenTelemetry's conventions for messaging say. */
export const batchSpan = (batch: RecordBatch): RecordSpan => ({
  name: `process ${batch.topic}`,
  kind: 'consumer',
  attributes: {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'process',
    'messaging.destination.name': batch.topic,
    'messaging.destination.partition.id': String(batch.partition),
    'messaging.batch.message_count': batch.records.length,
    'messaging.kafka.offset': Number(batch.firstOffset),
    'urbanmine.last_offset': Number(batch.lastOffset),
  },
});

export const publishSpan = (topic: string, records: number): RecordSpan => ({
  name: `publish ${topic}`,
  kind: 'producer',
  attributes: {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'send',
    'messaging.destination.name': topic,
    'messaging.batch.message_count': records,
  },
});
