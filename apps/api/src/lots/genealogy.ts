import type { GenealogyAnswer, LotAnswer } from './lots.schema.js';

/** A lot with whom it came from. */
export interface Kin {
  readonly answer: LotAnswer;
  readonly parents: readonly string[];
  /** By yard operations; all other parents are by runs. */
  readonly contributions: readonly {
    readonly lotId: string;
    readonly via: 'blend' | 'split' | 'move' | 'count';
    readonly massMg: bigint;
  }[];
}

/** Where lots are looked up, a generation at a time. */
export interface Registrar {
  /** At most `limit` lots of these ids. */
  byId(lotIds: readonly string[], limit: number): Promise<Kin[]>;
  /** At most `limit` lots that have one of these as a parent. */
  childrenOf(lotIds: readonly string[], limit: number): Promise<Kin[]>;
}

interface Bounds {
  readonly direction: 'ancestors' | 'descendants' | 'both';
  readonly depth: number;
  readonly limit: number;
}

/**
 * Lots that a lot was made of and that were made of it, over several steps. Every lot is looked up
 * once, so a recirculating load ends; `depth` bounds the queries and `limit` the lots.
 */
export async function genealogyOf(
  lot: Kin,
  registrar: Registrar,
  bounds: Bounds,
): Promise<GenealogyAnswer> {
  const walk = new Walk(lot, bounds.limit);
  if (bounds.direction !== 'descendants') {
    await walk.follow(-1, bounds.depth, (kin, limit) => {
      const unknown = kin.flatMap(({ parents }) => parents.filter((id) => !walk.has(id)));
      return registrar.byId([...new Set(unknown)], limit);
    });
  }
  if (bounds.direction !== 'ancestors') {
    await walk.follow(1, bounds.depth, (kin, limit) =>
      registrar.childrenOf(
        kin.map(({ answer }) => answer.lotId),
        limit,
      ),
    );
  }
  return walk.answer();
}

class Walk {
  private readonly found = new Map<string, { readonly kin: Kin; readonly distance: number }>();
  private complete = true;

  constructor(
    private readonly lot: Kin,
    private readonly limit: number,
  ) {
    this.found.set(lot.answer.lotId, { kin: lot, distance: 0 });
  }

  has(lotId: string): boolean {
    return this.found.has(lotId);
  }

  /** Asks for one lot more than may be, to know whether there is one. */
  async follow(
    step: -1 | 1,
    depth: number,
    next: (kin: readonly Kin[], limit: number) => Promise<Kin[]>,
  ): Promise<void> {
    let generation: Kin[] = [this.lot];
    for (let distance = 1; generation.length > 0; distance++) {
      const rows = await next(generation, this.limit + 1);
      const fresh = rows.filter(({ answer }) => !this.has(answer.lotId));
      if (rows.length > this.limit) this.complete = false;
      // The same with one generation more.
      if (distance > depth) {
        if (fresh.length > 0) this.complete = false;
        return;
      }
      const room = Math.max(0, this.limit - this.found.size);
      if (fresh.length > room) this.complete = false;
      generation = fresh.slice(0, room);
      for (const kin of generation) {
        this.found.set(kin.answer.lotId, { kin, distance: step * distance });
      }
    }
  }

  answer(): GenealogyAnswer {
    const lots = [...this.found.values()].sort(
      (a, b) => Math.abs(a.distance) - Math.abs(b.distance) || a.distance - b.distance,
    );
    return {
      lotId: this.lot.answer.lotId,
      lots: lots.map(({ kin, distance }) => ({ ...kin.answer, distance })),
      edges: lots.flatMap(({ kin }) => edgesOf(kin).filter(({ parentId }) => this.has(parentId))),
      complete: this.complete,
    };
  }
}

function edgesOf({ answer, parents, contributions }: Kin): GenealogyAnswer['edges'] {
  const { lotId: childId } = answer;
  const stated = new Set(contributions.map(({ lotId }) => lotId));
  return [
    ...contributions.map(({ lotId, via, massMg }) => ({
      parentId: lotId,
      childId,
      via,
      massMg: String(massMg),
    })),
    ...parents
      .filter((lotId) => !stated.has(lotId))
      .map((parentId) => ({ parentId, childId, via: 'run' as const, massMg: null })),
  ];
}
