import { PoisonError } from '#contracts';
import { type KafkaRecord, type RecordBatch, withRecords } from './record.js';

export interface BatchSteps {
  handle(batch: RecordBatch): Promise<void>;
  /** Keeps the record as a dead letter; when it rejects, nothing after it is handled. */
  reject(record: KafkaRecord, error: PoisonError): Promise<void>;
  /** Everything before `next` is done for good, `records` of them newly. In rising order. */
  commit(next: bigint, records: number): Promise<void>;
}

/** Names the record that a PoisonError is about, so that its neighbours are handled in one go. */
export function atOffset<T>(offset: bigint, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof PoisonError) poisonOffsets.set(error, offset);
    throw error;
  }
}

const poisonOffsets = new WeakMap<PoisonError, bigint>();

/**
 * Handles a batch and goes around its poison records, order kept: what stands before one is handled
 * and committed, the record is rejected and committed, then the rest follows. A PoisonError that
 * names no record (see `atOffset`) makes the batch be handled record by record once. Every other
 * error is the caller's; what was committed before it stays done.
 */
export async function runBatch(batch: RecordBatch, steps: BatchSteps): Promise<void> {
  let parts: RecordBatch[] = [batch];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    try {
      await steps.handle(part);
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      parts = [...(await aroundPoison(part, error, steps)), ...parts];
      continue;
    }
    await steps.commit(part.lastOffset + 1n, part.records.length);
  }
}

/** Rejects the record when it stands first, else splits so that it will. */
async function aroundPoison(
  batch: RecordBatch,
  error: PoisonError,
  steps: BatchSteps,
): Promise<RecordBatch[]> {
  const { records } = batch;
  const named = poisonOffsets.get(error);
  const index = records.length === 1 ? 0 : records.findIndex(({ offset }) => offset === named);
  if (index === -1) return records.map((record) => withRecords(batch, [record]));
  const rest = records.slice(index + 1);
  if (index > 0) return [records.slice(0, index), records.slice(index)].map(within(batch));
  const record = records[0]!;
  await steps.reject(record, error);
  await steps.commit(record.offset + 1n, 1);
  return rest.length === 0 ? [] : [withRecords(batch, rest)];
}

const within =
  (batch: RecordBatch) =>
  (records: readonly KafkaRecord[]): RecordBatch =>
    withRecords(batch, records);
