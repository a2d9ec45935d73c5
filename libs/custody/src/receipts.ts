import { Buffer } from 'node:buffer';
import { type DataOf, EVENTS, type EventAttributes, siteOf } from '#contracts';
import { WORLD_IN, loss } from './accounts.js';
import { noteDelivered } from './deliveries.js';
import { raise } from './exceptions.js';
import { fact, factSource } from './facts.js';
import type { Folding } from './folding.js';
import { declareCustody, mixIn } from './lot-custody.js';
import { step } from './lot-states.js';
import { addParent, arriveInLot, openLot } from './lots.js';
import { square, sum } from './mass.js';
import { post } from './postings.js';
import { receive, receiptOf, shipmentNamed, shipmentSent } from './transfers.js';
import { transferOf } from './transit.js';

type Received = DataOf<'shipmentReceived'>;

/** Boot under which a ledger speaks at other sites; its seqs never begin anew. */
const NOTICE_BOOT = 1;

/**
 * `shipment.received`: at the receiver each line is mass from the world into a lot of its own, and
 * the sender's ledger is to be told; at the sender it is its office's word for a mill.
 */
export function shipmentReceived(folding: Folding, received: Received): void {
  const { shipmentId, lines, acceptedMg } = received;
  const isOwn = siteOf(shipmentId) === folding.site.siteId;
  const problem =
    isOwn && lines.length > 0
      ? 'lines: lots of a consignee are not of this site'
      : !isOwn && lines.length === 0 && acceptedMg > 0
        ? 'lines: none, but mass was accepted'
        : undefined;
  if (problem !== undefined) {
    raise(folding, 'body-invalid', received.receiptId, { problem });
  } else if (isOwn) {
    receive(folding, shipmentSent(folding, shipmentId), receiptOf(received, null));
  } else {
    takeIn(folding, received);
  }
}

function takeIn(folding: Folding, received: Received): void {
  const { shipmentId, receiptId, visitId, lines, deductions = [] } = received;
  const { receiptIds } = transferOf(shipmentNamed(folding, shipmentId));
  const problem = receiptIds.includes(receiptId)
    ? 'received before'
    : receiptIds.length >= folding.limits.receiptsMax
      ? `more than ${folding.limits.receiptsMax} receipts`
      : undefined;
  if (problem !== undefined) {
    raise(folding, 'reference-conflict', shipmentId, { problem, receipt: receiptId });
    return;
  }
  receiptIds.push(receiptId);
  for (const line of lines) takeLine(folding, received, line);
  for (const { account, massMg } of deductions) {
    const movement = { debit: loss(account, receiptId), credit: WORLD_IN };
    post(folding, { ...movement, massMg: BigInt(massMg), code: 'deduction' });
  }
  if (visitId !== undefined) {
    const deductedMg = sum(deductions.map(({ massMg }) => BigInt(massMg)));
    const massMg = BigInt(received.acceptedMg) + deductedMg;
    const lotIds = lines.map(({ lotId }) => lotId);
    noteDelivered(folding, visitId, {
      massMg,
      varianceMg2: square(received.uncertaintyMg),
      lotIds,
    });
  }
  notify(folding, received);
}

function takeLine(
  folding: Folding,
  { shipmentId, receiptId, visitId }: Received,
  line: Received['lines'][number],
): void {
  const { lotId, fromLotId, downgradedFrom } = line;
  const lot = openLot(folding, {
    lotId,
    origin: 'transfer',
    stream: line.stream,
    materialClass: line.declaredGrade,
    ewc: line.ewc,
    originText: line.origin,
    ...(visitId === undefined ? {} : { visitId }),
  });
  step(folding, lot, 'filled', receiptId);
  if (fromLotId !== undefined) addParent(lot, fromLotId);
  if (line.model === undefined) mixIn(folding, lot, null, BigInt(line.massMg));
  else declareCustody(folding, lot, line);
  arriveInLot(folding, lot, {
    account: WORLD_IN,
    massMg: BigInt(line.massMg),
    varianceMg2: square(line.uncertaintyMg),
    code: 'receipt',
  });
  fact(folding, 'lotReceived', lotId, {
    lotId,
    shipmentId,
    receiptId,
    ...(fromLotId === undefined ? {} : { fromLotId }),
    massMg: line.massMg.toString(),
    uncertaintyMg: line.uncertaintyMg.toString(),
    ...(downgradedFrom === undefined ? {} : { downgradedFrom }),
  });
}

/**
 * The sender's ledger is told, whenever it can be reached. The notice is no fact of this log: it
 * follows from the receipt, whose index it names, so the same stream gives the same bytes.
 */
function notify(folding: Folding, received: Received): void {
  const { site, set, notices, cause } = folding;
  const destination = siteOf(received.shipmentId);
  const seq = (set.noticeSeqs.get(destination) ?? 0) + 1;
  set.noticeSeqs.set(destination, seq);
  const { shipmentId, receiptId, verdict, reason, acceptedMg, deductions, remainder } = received;
  const attributes: EventAttributes = {
    source: factSource(site.siteId),
    boot: NOTICE_BOOT,
    seq,
    type: EVENTS.transferNotified.type,
    time: new Date(site.streamTimeMs).toISOString(),
    subject: shipmentId,
    siteid: destination,
  };
  const notice: DataOf<'transferNotified'> = {
    shipmentId,
    receiptId,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    lots: received.lines.map(({ lotId, fromLotId, declaredGrade, downgradedFrom, massMg }) => ({
      lotId,
      ...(fromLotId === undefined ? {} : { fromLotId }),
      grade: declaredGrade,
      ...(downgradedFrom === undefined ? {} : { downgradedFrom }),
      massMg,
    })),
    acceptedMg,
    uncertaintyMg: received.uncertaintyMg,
    ...(deductions === undefined ? {} : { deductions }),
    remainder,
    logIndex: cause,
  };
  notices.push({ destination, seq, attributes, data: Buffer.from(JSON.stringify(notice)) });
}
