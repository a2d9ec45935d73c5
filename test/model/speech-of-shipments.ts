import { type Speech, known, target, uncertaintyMg } from './named-lots.js';
import type { SiteUnderTest } from './site-under-test.js';

/** What gates and offices say of loads that leave, arrive and come back. */

const GRADE = { stream: 'steel', declaredGrade: 'E40', ewc: '191001' } as const;

const remainderAt = (pick: number): 'none' | 'to-follow' => (pick % 3 === 0 ? 'none' : 'to-follow');

/** Ids of receipts come again: a load is posted once, however often it is told. */
const receiptAt = (site: SiteUnderTest, pick: number): string =>
  pick % 5 === 0 ? site.name('receipt-1') : site.fresh('receipt');

const deductionsAt = (pick: number, massMg: number) =>
  pick % 4 === 0 ? { deductions: [{ account: 'moisture' as const, massMg, reason: 'rain' }] } : {};

/** A shipment that a site has sent, or will, or never does. */
const shipmentOf = (sender: SiteUnderTest | null, siteId: string, pick: number): string =>
  sender?.dispatched[pick % Math.max(1, sender.dispatched.length)] ?? `${siteId}.shipment-1`;

export const SHIPMENTS: Speech = {
  dispatch: (site, { a, b, massMg, all }) => {
    const shipmentId = b % 7 === 0 ? shipmentOf(site, site.siteId, b) : site.fresh('shipment');
    site.dispatched.push(shipmentId);
    const lines = [...new Set([site.lot(a), site.lot(b)])].map((lotId, at) => ({
      lotId,
      massMg: massMg + at,
      uncertaintyMg,
      all: all && at === 0,
    }));
    const consignee = b % 2 === 0 ? { consigneeSite: site.peer } : {};
    const sent = { shipmentId, consignee: 'Mill', ...consignee, lines };
    return site.station('gate').say('shipmentDispatched', shipmentId, sent);
  },
  receive: (site, { a, b, massMg }, sender) => {
    const receiptId = receiptAt(site, b);
    const lines = Array.from({ length: b % 3 }, (_, n) => ({
      lotId: site.fresh('in'),
      fromLotId: sender.lot(a + n),
      ...GRADE,
      origin: 'other yard',
      massMg: massMg + n,
      uncertaintyMg,
    }));
    known(site, ...lines.map(({ lotId }) => lotId));
    const load = {
      receiptId,
      shipmentId: shipmentOf(sender, sender.siteId, a),
      verdict: lines.length === 0 ? ('rejected' as const) : ('accepted' as const),
      lines,
      acceptedMg: lines.reduce((sum, line) => sum + line.massMg, 0),
      uncertaintyMg,
      ...deductionsAt(b, massMg),
      remainder: remainderAt(b),
    };
    return site.station('gate').say('shipmentReceived', receiptId, load);
  },
  accept: (site, { a, b, massMg }) => {
    const receiptId = receiptAt(site, b);
    const load = {
      receiptId,
      shipmentId: shipmentOf(site, site.siteId, a),
      verdict: 'accepted' as const,
      lines: [],
      acceptedMg: massMg,
      uncertaintyMg,
      ...deductionsAt(b, massMg),
      remainder: remainderAt(b),
    };
    return site.station('office').say('shipmentReceived', receiptId, load);
  },
  giveBack: (site, { a, b, massMg }) => {
    const shipmentId = shipmentOf(site, site.siteId, a);
    const returnId = b % 4 === 0 ? site.name('return-1') : site.fresh('return');
    const lotId = target(site, 'back', b);
    const line = { lotId, fromLotId: site.lot(a), ...GRADE, massMg, uncertaintyMg };
    const back = { shipmentId, returnId, reason: 'rejected', lines: [line] };
    const returned = { ...back, remainder: remainderAt(b) };
    return site.station('gate').say('shipmentReturned', shipmentId, returned);
  },
};
