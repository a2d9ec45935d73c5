import { Buffer } from 'node:buffer';
import { EVENTS, FACTS, decodeEntry } from '#contracts';
import { type FoldResult, factSource } from '#custody';
import {
  type Frontier,
  MemoryTiles,
  consistencyProof,
  emptyFrontier,
  frontierRoot,
  integrate,
  leafHash,
  rootOf,
  verifyConsistency,
} from '#tlog';
import { same } from './check.js';
import { markName, nameOf } from './deeds.js';

interface Checkpoint {
  readonly size: number;
  readonly root: Uint8Array;
}

/** A source and boot: seqs that stand in the log, and in gaps that it declares. */
interface Speaker {
  readonly entered: Set<number>;
  readonly declared: Set<number>;
  /** Entered as a reject or void: what it stands for may follow. */
  readonly marked: Set<number>;
  /** Up to here all of them are one or the other. */
  checkedTo: number;
}

/** A station's event in the log, or a fact. */
export interface Standing {
  readonly index: number;
  readonly name: string;
  readonly isFact: boolean;
  /** Of a fact: the index that it rests on, and its data. */
  readonly type: string;
  readonly data: Buffer;
}

const MARKS: ReadonlySet<string> = new Set([EVENTS.recordRejected.type, EVENTS.eventVoided.type]);

/** The log of a site by the entries alone: I14 to I17, and I18 in its plainest words. */
export class LogCheck {
  readonly entries: Buffer[] = [];
  readonly checkpoints: Checkpoint[] = [];
  /** By log index; null: a fact. */
  readonly names: (string | null)[] = [];
  private readonly leaves: Uint8Array[] = [];
  private readonly tiles = new MemoryTiles();
  private readonly speakers = new Map<string, Speaker>();
  private frontier: Frontier = emptyFrontier();
  private factSeq = 0;

  constructor(private readonly siteId: string) {}

  get size(): number {
    return this.entries.length;
  }

  get facts(): number {
    return this.factSeq;
  }

  /** Takes the entries of a call; returns them taken apart. */
  take({ firstIndex, entries, facts }: FoldResult, treeSize: number): Standing[] {
    same(firstIndex, this.size, 'I14: first index');
    const taken = entries.map((entry, at) => this.enter(entry, firstIndex + at));
    same(treeSize, this.size, 'I14: tree size');
    const stated = taken.filter(({ isFact }) => isFact);
    same(
      facts.map(({ logIndex }) => logIndex).join(),
      stated.map(({ index }) => index).join(),
      'I14: facts',
    );
    this.checkpoint(firstIndex);
    return taken;
  }

  /** I18: every seq up to the position is in the log once, or in a gap that the log declares. */
  checkPosition(source: string, boot: number, position: number): void {
    const speaker = this.speaker(source, boot);
    for (; speaker.checkedTo < position; speaker.checkedTo++) {
      const seq = speaker.checkedTo + 1;
      const isCovered = speaker.entered.has(seq) || speaker.declared.has(seq);
      same(isCovered, true, `I18: ${seq} is in the log or a gap`, source);
    }
  }

  /** I16 for the last size by the definition, and I17 for it and every size before. */
  checkAll(): void {
    const { checkpoints } = this;
    same(Buffer.compare(frontierRoot(this.frontier), rootOf(this.leaves)), 0, 'I16: root');
    const newest = checkpoints.at(-1);
    if (newest === undefined) return;
    for (const older of checkpoints) this.checkConsistent(older, newest);
  }

  private enter(entry: Buffer, index: number): Standing {
    const { attributes, data } = decodeEntry(entry);
    const { source, boot, seq, type } = attributes;
    const isFact = source === factSource(this.siteId);
    this.entries.push(entry);
    this.leaves.push(leafHash(entry));
    const isMark = MARKS.has(type);
    const name = isMark ? markName(nameOf(attributes)) : nameOf(attributes);
    this.names.push(isFact ? null : name);
    if (isFact) {
      same(seq, ++this.factSeq, 'seq of a fact');
      if (type === FACTS.gapDeclared.type) this.declare(data);
    } else {
      const { entered, marked } = this.speaker(source, boot);
      const isFilled = entered.has(seq) && !marked.has(seq);
      same(isFilled, false, 'I18: stands twice', name);
      entered.add(seq);
      if (isMark) marked.add(seq);
      else marked.delete(seq);
    }
    return { index, name, isFact, type, data };
  }

  private declare(data: Buffer): void {
    const gap = JSON.parse(data.toString()) as Readonly<Record<'station', string>> &
      Readonly<Record<'boot' | 'firstSeq' | 'lastSeq', number>>;
    const { declared } = this.speaker(gap.station, gap.boot);
    for (let seq = gap.firstSeq; seq <= gap.lastSeq; seq++) declared.add(seq);
  }

  private speaker(source: string, boot: number): Speaker {
    const key = `${source} ${boot}`;
    let speaker = this.speakers.get(key);
    if (speaker === undefined) {
      speaker = { entered: new Set(), declared: new Set(), marked: new Set(), checkedTo: 0 };
      this.speakers.set(key, speaker);
    }
    return speaker;
  }

  /** I15 to I17: what is signed after a commit extends what was signed after the one before. */
  private checkpoint(firstIndex: number): void {
    if (this.size === firstIndex) return;
    const { frontier, root, tiles } = integrate(this.frontier, this.leaves.slice(firstIndex));
    this.frontier = frontier;
    this.tiles.append(tiles);
    const next = { size: frontier.size, root };
    const last = this.checkpoints.at(-1);
    if (last !== undefined) {
      same(next.size > last.size, true, 'I17: the size grows');
      this.checkConsistent(last, next);
    }
    this.checkpoints.push(next);
  }

  private checkConsistent(older: Checkpoint, newer: Checkpoint): void {
    const proof = consistencyProof(older.size, newer.size, this.tiles.read);
    const [size1, root1] = [older.size, older.root];
    const [size2, root2] = [newer.size, newer.root];
    const holds = verifyConsistency({ size1, root1, size2, root2, proof });
    same(holds, true, 'I17: consistent with', String(older.size));
  }
}
