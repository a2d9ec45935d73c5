/** A record to be written. The partition is always named: the registry decides, never a hash. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | string | null;
  /** null is a tombstone, meaningful in a compacted topic only. */
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string>>;
}

/** Limits of one produce request. */
export interface RequestLimits {
  /** Bytes of one partition; a lone larger record still goes. The broker's batch cap is 1 MB. */
  readonly partitionBytes: number;
  /** Records of one partition: kafkajs copies its list once a record. */
  readonly partitionRecords: number;
  /** Bytes of all partitions together. */
  readonly requestBytes: number;
}

export const REQUEST_LIMITS: RequestLimits = {
  partitionBytes: 500_000,
  partitionRecords: 500,
  requestBytes: 4_000_000,
};

/** What waits in the queue: a record and whom to tell. */
export interface QueuedRecord<T> {
  readonly record: OutgoingRecord;
  readonly bytes: number;
  readonly ticket: T;
  /** Place within the ticket's records. */
  readonly index: number;
}

interface PartitionQueue<T> {
  entries: QueuedRecord<T>[];
  head: number;
  bytes: number;
}

/** Upper estimate of what a record adds to a request, in bytes. */
export function recordBytes({ key, value, headers = {} }: OutgoingRecord): number {
  let bytes = 32 + (key?.length ?? 0) * (typeof key === 'string' ? 3 : 1) + (value?.length ?? 0);
  for (const [name, text] of Object.entries(headers)) bytes += name.length + text.length + 8;
  return bytes;
}

/** First in, first out within each partition; requests take from all partitions in turn. */
export class RecordQueue<T> {
  private readonly partitions = new Map<string, PartitionQueue<T>>();
  private total = 0;
  private count = 0;

  constructor(private readonly limits: RequestLimits = REQUEST_LIMITS) {}

  get bytes(): number {
    return this.total;
  }

  get length(): number {
    return this.count;
  }

  /** Whether waiting longer would not make the next request larger. */
  get hasFullPartition(): boolean {
    const { partitionBytes, partitionRecords } = this.limits;
    for (const { bytes, entries, head } of this.partitions.values()) {
      if (bytes >= partitionBytes || entries.length - head >= partitionRecords) return true;
    }
    return false;
  }

  push(entry: QueuedRecord<T>): void {
    const key = `${entry.record.partition}|${entry.record.topic}`;
    let queue = this.partitions.get(key);
    if (queue === undefined) {
      queue = { entries: [], head: 0, bytes: 0 };
      this.partitions.set(key, queue);
    }
    queue.entries.push(entry);
    queue.bytes += entry.bytes;
    this.total += entry.bytes;
    this.count += 1;
  }

  /** The next request, empty when nothing waits. Entries that `isDropped` are passed over. */
  take(isDropped: (entry: QueuedRecord<T>) => boolean = () => false): QueuedRecord<T>[] {
    const request: QueuedRecord<T>[] = [];
    let room = this.limits.requestBytes;
    for (const [key, queue] of [...this.partitions]) {
      if (room <= 0) break;
      const taken = this.takeFrom(queue, Math.min(room, this.limits.partitionBytes), isDropped);
      for (const entry of taken) {
        room -= entry.bytes;
        request.push(entry);
      }
      // To the end of the turn: no partition waits for ever behind busy ones.
      this.partitions.delete(key);
      if (queue.head < queue.entries.length) this.partitions.set(key, queue);
    }
    return request;
  }

  private takeFrom(
    queue: PartitionQueue<T>,
    maxBytes: number,
    isDropped: (entry: QueuedRecord<T>) => boolean,
  ): QueuedRecord<T>[] {
    const taken: QueuedRecord<T>[] = [];
    let bytes = 0;
    while (queue.head < queue.entries.length && taken.length < this.limits.partitionRecords) {
      const entry = queue.entries[queue.head]!;
      const dropped = isDropped(entry);
      if (!dropped && taken.length > 0 && bytes + entry.bytes > maxBytes) break;
      queue.head += 1;
      queue.bytes -= entry.bytes;
      this.total -= entry.bytes;
      this.count -= 1;
      if (dropped) continue;
      bytes += entry.bytes;
      taken.push(entry);
    }
    if (queue.head > 1024 && queue.head * 2 > queue.entries.length) {
      queue.entries = queue.entries.slice(queue.head);
      queue.head = 0;
    }
    return taken;
  }
}
