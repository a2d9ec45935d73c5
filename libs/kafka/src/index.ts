export { allowServices, type IngressGrant, openIngress, SERVICE_PRINCIPALS } from './access.js';
export { backoffMs, type Backoff } from './backoff.js';
export { BatchHandler, KAFKA_BATCH } from './batch-handler.js';
export { batchMetrics } from './batch-metrics.js';
export type { FetchSettings, ForeignOffsets } from './batch-server-options.js';
export { askCluster, type ClusterView } from './cluster-view.js';
export type { Kafka } from 'kafkajs';
export {
  type BatchConsumer,
  type ConsumerOptions,
  kafkajsTransport,
  type Transport,
} from './transport.js';
export { createKafka, type KafkaLogger, type KafkaOptions, RETRY, rootCause } from './client.js';
export { deadLetter, type DeadLetterOptions, deadLetters } from './dead-letters.js';
export { createProducer, type ProducerOptions, type RecordProducer } from './producer.js';
export type { KafkaRecord, PlacedRecord, RecordBatch } from './record.js';
export { rejectMark, type RejectSpeaker } from './reject-mark.js';
export { type OutgoingRecord, REQUEST_LIMITS, type RequestLimits } from './record-queue.js';
export { atOffset } from './run-batch.js';
export { createTopics, type TopicPlacement, type TopicReport } from './topics.js';
export { type BatchTracer, publishSpan, traceRecords, tracesOf } from './trace-batch.js';
