import { byText } from './folding.js';
import type { Holding } from './holdings.js';
import { isClosed } from './lot-states.js';
import { balanceMg, sum } from './mass.js';
import type { LotState, RunState, ShipmentState } from './model.js';

/** Where mass went from a lot. */
export type Flow =
  | { readonly to: 'lot'; readonly lot: LotState; readonly massMg: bigint }
  | { readonly to: 'run'; readonly run: RunState; readonly massMg: bigint }
  | { readonly to: 'shipment'; readonly shipment: ShipmentState; readonly massMg: bigint };

/** What the flows of a lot are shares of, with what is left in it. */
export interface LotFlows {
  readonly flows: readonly Flow[];
  /** Of all flows, and of what the lot holds. */
  readonly wholeMg: bigint;
  /** Nothing of it is in the yard: what the flows leave over is a difference, not stock. */
  readonly closed: boolean;
}

/** States of one site, as far as they were loaded. */
export interface YardStates {
  readonly lots: readonly LotState[];
  readonly runs: readonly RunState[];
  readonly shipments: readonly ShipmentState[];
}

/**
 * What left each lot, by the books: to other lots in the yard, into runs, with shipments. In an order
 * that depends on ids alone, because a remainder goes to the last.
 */
export function flowsOf({ lots, runs, shipments }: YardStates): Map<string, LotFlows> {
  const flows = new Map<string, Flow[]>(lots.map(({ lotId }) => [lotId, []]));
  const add = (lotId: string, flow: Flow): void => {
    if (flow.massMg > 0n) flows.get(lotId)?.push(flow);
  };
  for (const lot of byId(lots, ({ lotId }) => lotId)) {
    for (const { lotId, massMg } of lot.contributions) add(lotId, { to: 'lot', lot, massMg });
  }
  for (const run of byId(runs, ({ runId }) => runId)) {
    for (const { lotId, cumulativeMg } of run.feeds) {
      add(lotId, { to: 'run', run, massMg: cumulativeMg });
    }
  }
  for (const shipment of byId(shipments, ({ shipmentId }) => shipmentId)) {
    for (const { lotId, massMg } of shipment.lines)
      add(lotId, { to: 'shipment', shipment, massMg });
  }
  return new Map(
    lots.map((lot) => {
      const own = flows.get(lot.lotId)!;
      const heldMg = balanceMg(lot.weighed);
      const wholeMg = sum(own.map(({ massMg }) => massMg)) + (heldMg > 0n ? heldMg : 0n);
      return [lot.lotId, { flows: own, wholeMg, closed: isClosed(lot) }];
    }),
  );
}

/**
 * Hands each flow its part of what the lot holds, and returns what is left: of a closed lot nothing,
 * if anything is known to have left it.
 */
export function partOut(
  content: Holding,
  { flows, wholeMg, closed }: LotFlows,
  take: (flow: Flow, part: Holding) => void,
): Holding {
  const left = content.copy();
  flows.forEach((flow, at) => {
    const isLast = closed && at === flows.length - 1;
    const part = isLast ? left.copy() : content.share(flow.massMg, wholeMg);
    left.addAll(part, -1n);
    take(flow, part);
  });
  return left;
}

/**
 * Lots such that what went into a lot comes before it. Where they went round in a circle, the one
 * that was opened first comes first: what comes back to it stays there.
 */
export function inFlowOrder(
  lots: readonly LotState[],
  flows: ReadonlyMap<string, LotFlows>,
): LotState[] {
  const waitsFor = new Map(lots.map(({ lotId }) => [lotId, 0]));
  const targets = (lot: LotState): string[] =>
    flows.get(lot.lotId)!.flows.flatMap((flow) => (flow.to === 'lot' ? [flow.lot.lotId] : []));
  for (const lot of lots) {
    for (const lotId of targets(lot)) {
      const waits = waitsFor.get(lotId);
      if (waits !== undefined) waitsFor.set(lotId, waits + 1);
    }
  }
  const byAge = [...lots].sort((a, b) => a.openedIndex - b.openedIndex || byText(a.lotId, b.lotId));
  const known = new Map(lots.map((lot) => [lot.lotId, lot]));
  const ready = byAge.filter(({ lotId }) => waitsFor.get(lotId) === 0);
  const done = new Set<LotState>();
  let oldest = 0;
  while (done.size < lots.length) {
    let next = ready.shift();
    while (next === undefined) {
      const candidate = byAge[oldest++]!;
      if (!done.has(candidate)) next = candidate;
    }
    if (done.has(next)) continue;
    done.add(next);
    for (const lotId of targets(next)) {
      const waits = waitsFor.get(lotId);
      if (waits === undefined) continue;
      waitsFor.set(lotId, waits - 1);
      if (waits === 1) ready.push(known.get(lotId)!);
    }
  }
  return [...done];
}

const byId = <State>(states: readonly State[], id: (state: State) => string): State[] =>
  [...states].sort((a, b) => byText(id(a), id(b)));
