import type { OutgoingRecord } from '#kafka';

/**
 * The newest value of each key that waits to be told: what changes ten times a second is told once.
 * Bounded; when full it forgets, and the states are read from the database again.
 */
export class NewestStates {
  private waiting = new Map<string, OutgoingRecord>();
  private overflowed = false;

  constructor(private readonly max = 20_000) {}

  get size(): number {
    return this.waiting.size;
  }

  put(record: OutgoingRecord): void {
    const key = `${record.topic} ${String(record.key)}`;
    if (this.waiting.size >= this.max && !this.waiting.has(key)) {
      this.overflowed = true;
      this.waiting.clear();
    }
    this.waiting.set(key, record);
  }

  /** Values that could not be sent wait again, unless a newer one has come. */
  putBack(records: readonly OutgoingRecord[]): void {
    for (const record of records) {
      if (!this.waiting.has(`${record.topic} ${String(record.key)}`)) this.put(record);
    }
  }

  take(): OutgoingRecord[] {
    const records = [...this.waiting.values()];
    this.waiting = new Map();
    return records;
  }

  dropPartition(partition: number): void {
    for (const [key, record] of this.waiting) {
      if (record.partition === partition) this.waiting.delete(key);
    }
  }

  /** Whether something was forgotten since this was asked last. */
  hasForgotten(): boolean {
    const { overflowed } = this;
    this.overflowed = false;
    return overflowed;
  }
}
