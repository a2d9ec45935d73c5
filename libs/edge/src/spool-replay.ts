import { type EventDigests, InvariantError } from '#contracts';
import type { Journal, Place, Segment } from './journal.js';
import type { OutboxEvent } from './outbox.js';
import type { EventRecord, SegmentHeader } from './segment-record.js';
import { type SealState, afterEvent } from './seal-state.js';

/** An event that is kept until it is safe. */
export interface SpooledEvent extends OutboxEvent {
  /** As it was first made: what the seal chain holds. */
  readonly digests: EventDigests;
  /** Null when it is not in memory; then `place` is set. */
  line: Buffer | null;
  place: Place | null;
  /** The gateway refused it; the line is the `event.voided` in its place. */
  voided: boolean;
}

export interface Replay {
  /** Null: the spool is new. */
  readonly state: SealState | null;
  /** In the order they were made; what of them is safe is not known. */
  readonly events: readonly SpooledEvent[];
  /** Newest mark by input. */
  readonly marks: ReadonlyMap<string, string>;
  /** What is missing in the middle, for a person: a disk that kept its promises leaves nothing. */
  readonly damage: readonly string[];
}

export const headerOf = (
  source: string,
  state: SealState,
  marks: ReadonlyMap<string, string>,
): SegmentHeader => ({
  format: 'urbanmine/spool/v1',
  source,
  boot: state.boot,
  lastSeq: state.lastSeq,
  digest: state.digest.toString('hex'),
  sealedThrough: state.sealedThrough,
  sealedDigest: state.sealedDigest.toString('hex'),
  hasUnsealed: state.hasUnsealed,
  marks: Object.fromEntries(marks),
});

const stateOf = (header: SegmentHeader): SealState => ({
  boot: header.boot,
  lastSeq: header.lastSeq,
  digest: Buffer.from(header.digest, 'hex'),
  sealedThrough: header.sealedThrough,
  sealedDigest: Buffer.from(header.sealedDigest, 'hex'),
  hasUnsealed: header.hasUnsealed,
});

/** Reads a journal back: its events, and where the chain and the inputs go on. */
export function replay(journal: Journal | null, source: string): Replay {
  const events = new Map<string, SpooledEvent>();
  const damage: string[] = [];
  let marks = new Map<string, string>();
  let state: SealState | null = null;
  for (const { segment, records } of journal?.replayed ?? []) {
    for (const record of records) {
      if (record.kind === 'header') {
        const { header } = record;
        if (header.source !== source) {
          throw new InvariantError(`${segment.path} is of ${header.source}, not ${source}`);
        }
        if (state?.boot === header.boot && state.lastSeq !== header.lastSeq) {
          damage.push(`${segment.path}: ${state.lastSeq + 1} to ${header.lastSeq} are missing`);
        }
        state = stateOf(header);
        marks = new Map(Object.entries(header.marks ?? {}));
        continue;
      }
      if (record.mark !== undefined) marks.set(record.mark.input, record.mark.value);
      if (record.kind === 'mark') continue;
      if (record.kind !== 'void') {
        state = afterEvent(assertBegun(state, segment), record.digests, record.kind === 'seal');
      }
      keep(events, record, segment);
    }
  }
  return { state, events: [...events.values()], marks, damage };
}

function keep(events: Map<string, SpooledEvent>, record: EventRecord, segment: Segment): void {
  const { boot, seq, digests, lineStart: start, lineEnd: end } = record;
  const key = `${boot}.${seq}`;
  const replaced = events.get(key);
  if (replaced?.place !== null && replaced?.place !== undefined) replaced.place.segment.live--;
  segment.live++;
  const place = { segment, start, end };
  const delivery = { acknowledgedAtMs: null, resends: 0, safe: false };
  const voided = record.kind === 'void';
  events.set(key, {
    boot,
    seq,
    digests,
    bytes: end - start,
    line: null,
    place,
    voided,
    ...delivery,
  });
}

function assertBegun(state: SealState | null, segment: Segment): SealState {
  if (state === null) throw new InvariantError(`${segment.path} does not begin with a header`);
  return state;
}
