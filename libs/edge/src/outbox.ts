import { type BootPosition, type StationPosition, standing } from './station-position.js';

/** Acknowledged this long ago and still above the position: the broker may have lost it. */
const RESEND_AFTER_MS = 30_000;
/** An open slot is filled at once; while it stays open the wait doubles from here. */
const SLOT_RETRY_MS = 5_000;
const SLOT_RETRY_MAX_MS = 600_000;

/** What the outbox knows of an event that is not safe yet. */
export interface OutboxEvent {
  readonly boot: number;
  readonly seq: number;
  /** Length of its line. */
  readonly bytes: number;
  /** When a 202 came for it last, Unix ms; null = never. */
  acknowledgedAtMs: number | null;
  /** How often it was sent again after a 202. */
  resends: number;
  /** The ledger has it; it is no longer kept. */
  safe: boolean;
}

export interface BatchLimits {
  readonly events: number;
  readonly bytes: number;
}

/**
 * Every event that is not safe, in the order it was made: first those acknowledged and waited for,
 * then those never acknowledged, of which the newest may not be on disk yet. No input or output and
 * no clock: what is sent, kept and forgotten is decided here alone.
 */
export class Outbox<Event extends OutboxEvent> {
  #events: Event[] = [];
  #resend: Event[] = [];
  /** Never acknowledged: a suffix of the events, because batches are taken in order. */
  #unsent = 0;
  /** Not on disk: a suffix of the unsent; MUST NOT be sent, or a power cut could reuse its seq. */
  #volatile = 0;
  #bytes = 0;

  get size(): number {
    return this.#events.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get unsent(): number {
    return this.#unsent;
  }

  get sendable(): number {
    return this.#resend.length + this.#unsent - this.#volatile;
  }

  events(): readonly Event[] {
    return this.#events;
  }

  add(event: Event): void {
    this.#events.push(event);
    this.#unsent++;
    this.#volatile++;
    this.#bytes += event.bytes;
  }

  /** The oldest `count` volatile events are on disk now. */
  markDurable(count: number): void {
    this.#volatile = Math.max(0, this.#volatile - count);
  }

  get volatile(): number {
    return this.#volatile;
  }

  /** What to send next: what is to be sent again, then what was never sent. At least one if any. */
  nextBatch(limits: BatchLimits): Event[] {
    const batch: Event[] = [];
    let bytes = 0;
    const take = (event: Event): boolean => {
      if (event.safe) return true;
      if (batch.length >= limits.events) return false;
      if (batch.length > 0 && bytes + event.bytes > limits.bytes) return false;
      batch.push(event);
      bytes += event.bytes;
      return true;
    };
    for (const event of this.#resend) if (!take(event)) return batch;
    const end = this.#events.length - this.#volatile;
    for (let at = this.#events.length - this.#unsent; at < end; at++) {
      if (!take(this.#events[at]!)) break;
    }
    return batch;
  }

  /** The gateway answered 202 for the batch. */
  acknowledge(batch: readonly Event[], nowMs: number): void {
    const sent = new Set(batch);
    for (const event of batch) {
      if (event.acknowledgedAtMs === null && !event.safe) this.#unsent--;
      if (event.acknowledgedAtMs !== null) event.resends++;
      event.acknowledgedAtMs = nowMs;
    }
    this.#resend = this.#resend.filter((event) => !sent.has(event));
  }

  /** Forgets what is safe, returns it, and finds what is to be sent again. */
  release(position: StationPosition, nowMs: number): Event[] {
    const byBoot = new Map(position.boots.map((boot) => [boot.boot, boot]));
    const kept: Event[] = [];
    const released: Event[] = [];
    const resend: Event[] = [];
    const lastSendable = this.#events.length - this.#volatile;
    for (const [at, event] of this.#events.entries()) {
      const boot = byBoot.get(event.boot);
      if (at < lastSendable && standing(boot, event.seq) === 'safe') {
        event.safe = true;
        released.push(event);
        this.#bytes -= event.bytes;
        if (event.acknowledgedAtMs === null) this.#unsent--;
        continue;
      }
      kept.push(event);
      if (isDueAgain(event, boot, nowMs)) resend.push(event);
    }
    this.#events = kept;
    this.#resend = resend;
    return released;
  }
}

/** Whether an acknowledged event that is not safe is to be sent again now. */
function isDueAgain(
  event: OutboxEvent,
  position: BootPosition | undefined,
  nowMs: number,
): boolean {
  if (event.acknowledgedAtMs === null) return false;
  const age = nowMs - event.acknowledgedAtMs;
  if (standing(position, event.seq) === 'above') return age >= RESEND_AFTER_MS;
  return age >= Math.min(SLOT_RETRY_MS * 2 ** event.resends, SLOT_RETRY_MAX_MS);
}
