import { type Evidences, Holding, Holdings } from './holdings.js';
import { type YardStates, flowsOf, inFlowOrder, partOut } from './lot-flows.js';
import { isClosed } from './lot-states.js';
import type { LotState, RunState, ShipmentState } from './model.js';

/** Where the contents of all lots have gone, by the mass that left them. */
export interface Traced {
  readonly stock: Holding;
  /** In closed lots that nothing is known to have left. */
  readonly lost: Holding;
  readonly fed: Holdings<RunState>;
  readonly sent: Holdings<ShipmentState>;
}

/**
 * Follows contents from lot to lot, into runs and out of the gate. `contentOf` says what a lot holds,
 * given what came to it from other lots; it is asked once a lot, parents first.
 */
export function traceContents(
  states: YardStates,
  evidences: Evidences,
  contentOf: (lot: LotState, runs: readonly RunState[], inherited: Holding) => Holding,
): Traced {
  const flows = flowsOf(states);
  const runs = new Map(states.runs.map((run) => [run.runId, run]));
  const arrived = new Holdings<LotState>(evidences);
  const late = new Holdings<LotState>(evidences);
  const traced: Traced = {
    stock: new Holding(evidences),
    lost: new Holding(evidences),
    fed: new Holdings(evidences),
    sent: new Holdings(evidences),
  };
  const keep = (lot: LotState, left: Holding): void => {
    (isClosed(lot) ? traced.lost : traced.stock).addAll(left);
  };
  const done = new Set<LotState>();
  for (const lot of inFlowOrder(states.lots, flows)) {
    done.add(lot);
    const own = (lot.runs ?? []).flatMap((runId) => runs.get(runId) ?? []);
    const content = contentOf(lot, own, arrived.of(lot));
    const left = partOut(content, flows.get(lot.lotId)!, (flow, part) => {
      if (flow.to === 'run') traced.fed.of(flow.run).addAll(part);
      else if (flow.to === 'shipment') traced.sent.of(flow.shipment).addAll(part);
      else (done.has(flow.lot) ? late : arrived).of(flow.lot).addAll(part);
    });
    keep(lot, left);
  }
  for (const lot of states.lots) keep(lot, late.of(lot));
  return traced;
}
