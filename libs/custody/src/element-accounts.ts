import { contentOf } from './element-contents.js';
import { Evidences, Holding, Holdings } from './holdings.js';
import type { YardStates } from './lot-flows.js';
import { smaller, sum } from './mass.js';
import type { RunState, ShipmentState } from './model.js';
import { traceContents } from './trace-contents.js';

/**
 * Accounts of elements over the lots of a site: what is contained in what came in is one thing, what
 * went to a recoverer another, and what that got back a third. For every element and evidence
 *
 *   contained = stock + dispatched + elsewhere + returned + process + lost
 *
 * to the nanogram. A pure reading of the states, made when it is asked for.
 */
export interface ElementAccounts {
  /** Known to have come in: by papers, by assays, or by what was found in what nobody knew of. */
  readonly contained: Holding;
  readonly stock: Holding;
  /** Sent to somebody who recovers this element, by the dispatch. */
  readonly dispatched: Holding;
  /** Sent to anybody else. */
  readonly elsewhere: Holding;
  /** Sent and come back. What is in it now its new lots tell, where somebody looks. */
  readonly returned: Holding;
  /** Fed to runs less found behind them, of elements that were known in the feed; signed. */
  readonly process: Holding;
  /** In closed lots that nothing is known to have left. */
  readonly lost: Holding;
  /** As recoverers stated; no part of the sum above. */
  readonly recovered: Holding;
  /** Of what was sent, what recoverers have stated a recovery from. */
  readonly settled: Holding;
}

export function elementAccounts(states: YardStates): ElementAccounts {
  const evidences = new Evidences();
  const accounts = openAccounts(evidences);
  const found = new Holdings<RunState>(evidences);
  const traced = traceContents(states, evidences, (lot, runs, inherited) => {
    const known = contentOf(lot, runs, inherited, evidences);
    accounts.contained.addAll(known.entered);
    for (const [run, holding] of known.found) found.of(run).addAll(holding);
    return known.content;
  });
  accounts.stock.addAll(traced.stock);
  accounts.lost.addAll(traced.lost);
  for (const run of states.runs) settleRun(accounts, traced.fed.of(run), found.of(run));
  for (const shipment of states.shipments) {
    settleShipment(accounts, shipment, traced.sent.of(shipment));
  }
  return accounts;
}

function openAccounts(evidences: Evidences): ElementAccounts {
  const fresh = (): Holding => new Holding(evidences);
  return {
    contained: fresh(),
    stock: fresh(),
    dispatched: fresh(),
    elsewhere: fresh(),
    returned: fresh(),
    process: fresh(),
    lost: fresh(),
    recovered: fresh(),
    settled: fresh(),
  };
}

/** Of an element that nobody knew to be in the feed, what is found behind the run has come in. */
function settleRun({ contained, process }: ElementAccounts, fed: Holding, found: Holding): void {
  for (const element of found.names) {
    if (fed.has(element)) process.addAll(found.only(element), -1n);
    else contained.addAll(found.only(element));
  }
  process.addAll(fed);
}

function settleShipment(accounts: ElementAccounts, shipment: ShipmentState, sent: Holding): void {
  const { treatment, transfer, lines, recovered = [] } = shipment;
  const sentMg = sum(lines.map(({ massMg }) => massMg));
  const left = sent.copy();
  if (sentMg > 0n) {
    const back = sent.share(smaller(transfer?.returnedMg ?? 0n, sentMg), sentMg);
    left.addAll(back, -1n);
    accounts.returned.addAll(back);
  }
  for (const element of left.names) {
    const isRecovered = treatment?.recovers.includes(element) === true;
    (isRecovered ? accounts.dispatched : accounts.elsewhere).addAll(left.only(element));
  }
  const stated = new Set<string>();
  for (const { statementId, elements } of recovered) {
    elements.forEach(({ element, massMg, uncertaintyMg, basis }, at) => {
      stated.add(element);
      if (massMg === 0n) return;
      const key = `recovered:${shipment.shipmentId}:${statementId}:${at}`;
      const relative = Number(uncertaintyMg) / Number(massMg);
      accounts.recovered.add(element, { key, basis, relative }, massMg * 1_000_000n);
    });
  }
  for (const element of stated) accounts.settled.addAll(left.only(element));
}
