import { KINDS, type Kind } from './commands.js';

/** How often each kind of command was drawn, and how often the ledger took what came of it. */
export class Tally {
  private readonly counts = new Map(KINDS.map((kind) => [kind, { drawn: 0, accepted: 0 }]));

  /** Differences between pieces and containers that were told (I13). */
  differed = 0;

  drawn(kind: Kind): void {
    this.counts.get(kind)!.drawn++;
  }

  accepted(kind: Kind): void {
    this.counts.get(kind)!.accepted++;
  }

  get commands(): number {
    return [...this.counts.values()].reduce((sum, { drawn }) => sum + drawn, 0);
  }

  /** Kinds of which nothing was ever accepted: a run that has one shows nothing of it. */
  get idle(): readonly Kind[] {
    return KINDS.filter((kind) => this.counts.get(kind)!.accepted === 0);
  }

  toString(): string {
    const kinds = [...this.counts].map(([kind, of]) => `${kind} ${of.accepted}/${of.drawn}`);
    return `${kinds.join(', ')}; estimates differed ${this.differed} times`;
  }
}
