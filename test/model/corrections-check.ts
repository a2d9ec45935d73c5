import { FACTS } from '#contracts';
import type { FoldResult, Posting, WorkingSet } from '#custody';
import { same } from './check.js';
import type { Correction, Deed } from './deeds.js';
import type { Standing } from './log-check.js';
import { placeOf } from './places.js';
import type { SiteModel } from './site-model.js';

/**
 * I8: of an event there is one word that counts, and when it is the first one again, all that was
 * posted to correct it comes to nothing, wherever mass has gone meanwhile.
 */
export class CorrectionsCheck {
  /** By corrected event: what its corrections moved, by place. */
  private readonly moved = new Map<string, Map<string, bigint>>();

  take(
    { postings }: FoldResult,
    standing: readonly Standing[],
    model: SiteModel,
    refused: ReadonlySet<string>,
  ): void {
    for (const { index, name, isFact } of standing) {
      const deed = isFact ? undefined : model.deeds.get(name);
      if (deed?.what !== 'correct' || refused.has(name) || model.strays.has(name)) continue;
      this.add(deed, postingsOf(postings, standing, index));
      this.checkReversed(deed, model.deeds.get(deed.of)!);
    }
  }

  /** The ledger keeps what the office said last of each event, and nothing of any other. */
  checkKept({ office }: WorkingSet, model: SiteModel): void {
    const { bodies } = model.corrections;
    for (const [name, body] of bodies) {
      const kept = office.corrections.get(name);
      same(JSON.stringify(kept?.corrected), JSON.stringify(body), 'I8: what counts of', name);
    }
    for (const [name, kept] of office.corrections) {
      if (kept !== null) same(bodies.has(name), true, 'I8: corrected', name);
    }
  }

  private add({ of }: Correction, postings: readonly Posting[]): void {
    const moved = this.moved.get(of) ?? new Map<string, bigint>();
    this.moved.set(of, moved);
    for (const { debit, credit, massMg } of postings) {
      for (const [account, mg] of [[debit, massMg] as const, [credit, -massMg] as const]) {
        const place = stockOr(placeOf(account, () => STOCK));
        if (place !== null) moved.set(place, (moved.get(place) ?? 0n) + mg);
      }
    }
  }

  private checkReversed({ of, after }: Correction, original: Deed): void {
    // Readings are cumulative: another one may have come to count in its place meanwhile.
    if (original.what === 'feed') return;
    if (JSON.stringify(after) !== JSON.stringify(original)) return;
    for (const [place, mg] of this.moved.get(of)!) same(mg, 0n, `I8: ${of} corrected back`, place);
  }
}

/** Lots and outlets: mass moves on between them without a word of the event. */
const STOCK = 'stock';
const PIECES = 'pieces';

function stockOr(place: string | null): string | null {
  if (place?.startsWith('outlet ') === true) return STOCK;
  return place?.startsWith('pieces ') === true ? PIECES : place;
}

/** Postings that an entry makes, and the balances that are struck anew because of it. */
function postingsOf(
  postings: readonly Posting[],
  standing: readonly Standing[],
  index: number,
): readonly Posting[] {
  const struck = standing
    .filter(({ type }) => type === FACTS.runBalanced.type)
    .filter(({ data }) => restsOn(data) === index);
  const indexes = new Set([index, ...struck.map((fact) => fact.index)]);
  return postings.filter(({ fromIndex, toIndex }) => {
    return toIndex === fromIndex + 1 && indexes.has(fromIndex);
  });
}

export const restsOn = (data: Buffer): number =>
  (JSON.parse(data.toString()) as { readonly restsOn: number }).restsOn;
