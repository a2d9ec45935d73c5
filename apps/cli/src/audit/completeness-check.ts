import { EVENTS, type EventAttributes, type TypedData } from '#contracts';
import type { Findings } from './findings.js';

interface Speaker {
  /** Every seq up to here was seen or is in a declared gap. */
  position: number;
  /** Seen above the position. */
  readonly ahead: Set<number>;
  /** Declared gaps that nothing has filled. */
  readonly gaps: Set<number>;
  /** Came after a higher boot had spoken: no hole below them needs to be declared. */
  readonly strays: Set<number>;
  /** Filled by a reject or void: the bytes that it stands for may still come. */
  readonly refused: Set<number>;
  events: number;
}

export interface SpeakerCounts {
  readonly events: number;
  readonly gapped: number;
}

const REFUSALS: ReadonlySet<string> = new Set([
  EVENTS.recordRejected.type,
  EVENTS.eventVoided.type,
]);

/** Gaps are kept seq by seq; a declared range wider than this is a finding of its own. */
const GAP_SEQS_MAX = 1_000_000;

/**
 * A second, simpler opinion on completeness (I18): every seq of every (source, boot) is in the log
 * once, or in a gap that the log declares.
 */
export class CompletenessCheck {
  private readonly speakers = new Map<string, Speaker>();

  constructor(private readonly findings: Findings) {}

  /** `fact`: what the ledger says, where it is about completeness. */
  visit({ source, boot, seq, type }: EventAttributes, index: number, fact: TypedData | null): void {
    if (fact?.key === 'gapDeclared') {
      const { station, firstSeq, lastSeq } = fact.data;
      this.declare(this.speaker(station, fact.data.boot), firstSeq, lastSeq, index);
    }
    if (fact?.key === 'exceptionRaised' && fact.data.code === 'lower-boot') {
      const { figures, about } = fact.data;
      this.speaker(about, Number(figures['boot'])).strays.add(Number(figures['seq']));
    }
    // Of a boot whose end nobody knows each event that comes later is told as a filled gap.
    if (fact?.key === 'gapFilled') {
      this.speaker(fact.data.station, fact.data.boot).strays.add(fact.data.seq);
    }
    // Gateway and classifier speak of unreadable records with seqs that have holes.
    if (boot === 0 && !source.endsWith('/ledger')) return;
    const speaker = this.speaker(source, boot);
    speaker.events++;
    const wasRefused = speaker.refused.delete(seq);
    if (REFUSALS.has(type)) speaker.refused.add(seq);
    if (speaker.gaps.delete(seq) || wasRefused) return;
    if (seq <= speaker.position || speaker.ahead.has(seq)) {
      this.findings.add('completeness', index, `${source} ${boot}: seq ${seq} stands twice`);
      return;
    }
    speaker.ahead.add(seq);
    advance(speaker);
  }

  /** After the last entry: what is left above a hole. */
  end(): ReadonlyMap<string, SpeakerCounts> {
    for (const [name, { position, ahead, strays }] of this.speakers) {
      const above = [...ahead].filter((seq) => !strays.has(seq));
      if (above.length === 0) continue;
      const first = above.reduce((least, seq) => Math.min(least, seq));
      const what = `${name}: seqs ${position + 1} to ${first - 1} are missing and no gap says so`;
      this.findings.add('completeness', null, what);
    }
    return new Map(
      [...this.speakers]
        .map(([name, { events, gaps }]): [string, SpeakerCounts] => [
          name,
          { events, gapped: gaps.size },
        ])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  private declare(speaker: Speaker, firstSeq: number, lastSeq: number, index: number): void {
    if (lastSeq - firstSeq >= GAP_SEQS_MAX) {
      this.findings.add('completeness', index, `a gap of ${lastSeq - firstSeq + 1} seqs`);
      speaker.position = Math.max(speaker.position, lastSeq);
      return;
    }
    for (let seq = firstSeq; seq <= lastSeq; seq++) {
      if (seq <= speaker.position || speaker.ahead.has(seq)) continue;
      speaker.gaps.add(seq);
      speaker.ahead.add(seq);
    }
    advance(speaker);
  }

  private speaker(source: string, boot: number): Speaker {
    const name = `${source} ${boot}`;
    let speaker = this.speakers.get(name);
    if (speaker === undefined) {
      speaker = {
        position: 0,
        ahead: new Set(),
        gaps: new Set(),
        strays: new Set(),
        refused: new Set(),
        events: 0,
      };
      this.speakers.set(name, speaker);
    }
    return speaker;
  }
}

function advance(speaker: Speaker): void {
  while (speaker.ahead.delete(speaker.position + 1)) speaker.position++;
}
