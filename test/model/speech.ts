import { type DataOf, EVENTS } from '#contracts';
import { correct, otherData } from '../arbitraries/corrections.js';
import {
  claimOn,
  closePeriod,
  conversion,
  factor,
  moveClaim,
  retire,
} from '../arbitraries/office-desk.js';
import { container, delivery, feed, frame, runEnd, runStart } from '../arbitraries/site-day.js';
import type { StationEvent } from '../arbitraries/site-stream.js';
import type { Command, Kind } from './commands.js';
import type { SiteUnderTest, StationName } from './site-under-test.js';

/** What each kind of command makes a station of the site say, sensible or not. */

type Say = (site: SiteUnderTest, drawn: Command) => StationEvent | null;

const RUNS = 3;
const uncertaintyMg = 10;
const GRADE = { stream: 'steel', declaredGrade: 'E40', ewc: '191001' } as const;

const runAt = (site: SiteUnderTest, a: number): string => site.name(`run-${a % RUNS}`);

/** The last run fills the lots of the first. */
const outletsOf = (site: SiteUnderTest, run: string): [string, string] => {
  const of = run.endsWith('-2') ? 0 : run.at(-1)!;
  return [site.name(`out-${of}-0`), site.name(`out-${of}-1`)];
};

const known = (site: SiteUnderTest, ...lots: readonly string[]): void => {
  for (const lot of lots) if (!site.lots.includes(lot)) site.lots.push(lot);
};

/** A lot that is new, or now and then one that is not. */
function target(site: SiteUnderTest, kind: string, pick: number): string {
  const lot = pick % 3 === 0 ? site.lot(pick) : site.fresh(kind);
  known(site, lot);
  return lot;
}

const made = (lotId: string) => ({ lotId, stream: 'steel', materialClass: 'mixed' }) as const;

/** Readings of a belt grow by what is fed; a new boot begins at nothing. */
const fedMg = new WeakMap<SiteUnderTest, Map<string, number>>();

function readingOf(site: SiteUnderTest, key: string, massMg: number): number {
  const read = fedMg.get(site) ?? new Map<string, number>();
  fedMg.set(site, read);
  const readMg = (read.get(key) ?? 0) + massMg;
  read.set(key, readMg);
  return readMg;
}

const LINE: Partial<Record<Kind, Say>> = {
  deliver: (site, { massMg, b }) => {
    const lots = Object.fromEntries(
      Array.from({ length: 1 + (b % 2) }, (_, n) => [site.fresh('lot'), massMg + n]),
    );
    known(site, ...Object.keys(lots));
    const visit = site.fresh('visit');
    return site.station('gate').say('deliveryCompleted', visit, delivery(visit, lots));
  },
  start: (site, { a }) => {
    const run = runAt(site, a);
    const outlets = outletsOf(site, run);
    known(site, ...outlets);
    return site.station('line').say('runStarted', run, runStart(run, ...outlets));
  },
  feed: (site, { a, b, massMg }) => {
    // Half of it from the oldest lots: pure deliveries, whose input gives credits.
    const [run, lot] = [runAt(site, a), site.lot(b % 2 === 0 ? b % 3 : b)];
    const belt = site.station('belt');
    const readMg = readingOf(site, `${belt.boot} ${run} ${lot}`, massMg);
    return belt.say('feedMetered', run, feed(run, lot, readMg));
  },
  weigh: (site, { a, b, massMg }) => {
    const run = runAt(site, a);
    return site.station('floor').say('containerWeighed', run, container(run, b % 3, massMg));
  },
  scan: (site, { a, massMg }) => {
    const run = runAt(site, a);
    const pieces = frame(run, [
      [0, massMg],
      [1, null],
      [1, massMg],
    ]);
    return site.station('sorter').say('piecesClassified', run, pieces);
  },
  close: (site, { a, massMg }) => {
    const run = runAt(site, a);
    const marks = (['belt', 'sorter', 'floor'] as const).map((name) => site.station(name));
    const dust = { account: 'dust', massMg, uncertaintyMg, reason: 'filter' } as const;
    const end = { ...runEnd(run, ...marks), losses: [dust] };
    return site.station('line').say('runClosed', run, end);
  },
};

const YARD: Partial<Record<Kind, Say>> = {
  blend: (site, { a, b, massMg, all }) => {
    const inputs = [site.lot(a), site.lot(b)].map((lotId, at) => ({
      lotId,
      massMg: massMg + at,
      uncertaintyMg,
      all: all && at === 0,
    }));
    const output = target(site, 'blend', a);
    return site.station('yard').say('lotsBlended', output, { output: made(output), inputs });
  },
  split: (site, { a, b, massMg, all }) => {
    const lotId = site.lot(a);
    const parts = [b, b + 1].map((pick) => ({
      ...made(target(site, 'part', pick)),
      massMg,
      uncertaintyMg,
    }));
    return site.station('yard').say('lotSplit', lotId, { lotId, parts, all });
  },
  pile: (site, { a, b, massMg, all }) => {
    const lotId = site.lot(a);
    const onto = { ...made(target(site, 'pile', b)), massMg, uncertaintyMg, all };
    return site.station('yard').say('lotMoved', lotId, { lotId, place: 'bay-1', onto });
  },
  move: (site, { a }) => {
    const lotId = site.lot(a);
    return site.station('yard').say('lotMoved', lotId, { lotId, place: 'bay-2' });
  },
  count: (site, { a, b, massMg }) => {
    const lotId = site.lot(a);
    const counted = { lotId, massMg: b % 2 === 0 ? massMg : 0, uncertaintyMg, method: 'survey' };
    const into = counted.massMg === 0 ? {} : { into: made(target(site, 'count', b)) };
    return site.station('yard').say('stockCounted', lotId, { ...counted, ...into });
  },
  condition: (site, { a, b, massMg }) => {
    const lotId = site.lot(a);
    const changeMg = b % 2 === 0 ? massMg : -massMg;
    const oven = { method: 'oven', basis: 'wet' } as const;
    const change = { lotId, changeMg, uncertaintyMg, ...oven };
    return site.station('lab').say('lotConditioned', lotId, change);
  },
  quarantine: (site, { a, b }) => {
    const lotId = site.lot(a);
    const apart = { lotId, reason: 'oil' };
    return site.station('yard').say('lotQuarantined', lotId, apart, `person-${b % 2}`);
  },
  release: (site, { a, b }) => {
    const lotId = apartAt(site, a);
    const clean = { lotId, reason: 'cleaned', evidence: 'wiped' };
    return site.station('yard').say('lotReleased', lotId, clean, `person-${b % 3}`);
  },
};

const apartAt = (site: SiteUnderTest, pick: number): string => {
  const apart = [...site.set.lots.values()].filter((lot) => lot?.status === 'quarantined');
  return apart[pick % Math.max(1, apart.length)]?.lotId ?? site.lot(pick);
};

const remainderAt = (pick: number): 'none' | 'to-follow' => (pick % 3 === 0 ? 'none' : 'to-follow');

/** Ids of receipts come again: a load is posted once, however often it is told. */
const receiptAt = (site: SiteUnderTest, pick: number): string =>
  pick % 5 === 0 ? site.name('receipt-1') : site.fresh('receipt');

const deductionsAt = (pick: number, massMg: number) =>
  pick % 4 === 0 ? { deductions: [{ account: 'moisture' as const, massMg, reason: 'rain' }] } : {};

/** A shipment that a site has sent, or will, or never does. */
const shipmentOf = (sender: SiteUnderTest | null, siteId: string, pick: number): string =>
  sender?.dispatched[pick % Math.max(1, sender.dispatched.length)] ?? `${siteId}.shipment-1`;

const SHIPMENTS: Partial<
  Record<Kind, (site: SiteUnderTest, drawn: Command, other: SiteUnderTest) => StationEvent>
> = {
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

const OFFICE: Partial<Record<Kind, Say>> = {
  factors: (site, { a }) =>
    conversion(site.station('office'), [factor(1 + (a % 3), 3)], site.next('factors')),
  claim: (site, { a, b, massMg }) => {
    const lot = a % 2 === 0 ? null : site.lot(b);
    const method = b % 5 === 0 ? 'rolling-average' : 'credit';
    const asked = 1 + (massMg % 100);
    return claimOn(site.station('office'), site.fresh('claim'), lot, asked, method);
  },
  moveClaim: (site, { a, b }) =>
    moveClaim(site.station('office'), claimAt(site, a), b % 2 === 0 ? null : site.lot(b)),
  retire: (site, { a }) => retire(site.station('office'), claimAt(site, a)),
  period: (site, { a }) => {
    const open = site.set.site.policy.period;
    return closePeriod(site.station('office'), a % 4 === 0 ? open + 1 : open);
  },
  acknowledge: (site, { a }) => {
    const office = site.station('office');
    const exceptionId = exceptionAt(site, a);
    return office.say('exceptionAcknowledged', office.source, { exceptionId });
  },
  dismiss: (site, { a }) => {
    const office = site.station('office');
    const closed = { exceptionId: exceptionAt(site, a), reason: 'seen' };
    return office.say('exceptionClosedByOffice', office.source, closed);
  },
  correct: (site, drawn) => correction(site, drawn),
};

const claimAt = (site: SiteUnderTest, pick: number): string => {
  const claims = [...site.set.office.claims.values()].filter((claim) => claim !== null);
  return claims[pick % Math.max(1, claims.length)]?.claimId ?? site.name('claim-1');
};

const exceptionAt = (site: SiteUnderTest, pick: number): string => {
  const notes = [...site.set.office.exceptions.values()].filter((note) => note !== null);
  return notes[pick % Math.max(1, notes.length)]?.exceptionId ?? site.name('exception-1');
};

/** Types of which a mass can be corrected; of any other the request is refused. */
const CORRECTABLE: ReadonlySet<string> = new Set([
  EVENTS.deliveryCompleted.type,
  EVENTS.runStarted.type,
  EVENTS.runClosed.type,
  EVENTS.containerWeighed.type,
  EVENTS.feedMetered.type,
  EVENTS.piecesClassified.type,
  EVENTS.shipmentDispatched.type,
]);

/** Above the limit, so that a second person must approve. */
const HUGE_MG = 2_000_000_000;

/** What an event might have been meant to say; null: nothing, it did not occur. */
function other(site: SiteUnderTest, event: StationEvent, { b, massMg }: Command): object | null {
  if (event.attributes.type !== EVENTS.runStarted.type) {
    return otherData(event, b % 11 === 0 ? HUGE_MG : massMg);
  }
  const data = JSON.parse(event.value.toString()) as DataOf<'runStarted'>;
  const [first, ...rest] = data.outlets;
  return { ...data, outlets: [{ ...first!, lotId: target(site, 'right', b) }, ...rest] };
}

function correction(site: SiteUnderTest, drawn: Command): StationEvent | null {
  const { a, b } = drawn;
  const { names } = site.ledger.log;
  const standing = names.flatMap((name, index) => (name === null ? [] : [{ name, index }]));
  const isAny = b % 9 === 0;
  const found = standing.filter(({ name }) => {
    const said = site.said.get(name.replace(/ marked$/, ''))!;
    const { source, type } = said.attributes;
    // No office can name what the ledger of another site said.
    return CORRECTABLE.has(type) || (isAny && !source.includes('/'));
  });
  // The same few again and again, so that corrections are corrected.
  const place = found[a % Math.max(1, a % 2 === 0 ? Math.min(4, found.length) : found.length)];
  if (place === undefined) return null;
  const event = site.said.get(place.name.replace(/ marked$/, ''))!;
  const data = JSON.parse(event.value.toString()) as object;
  const says = b % 4 === 0 ? null : b % 4 === 1 ? data : other(site, event, drawn);
  const logIndex = b % 13 === 0 ? Math.max(0, place.index - 1) : place.index;
  const approvedBy = ['operator-1', 'operator-2', undefined][a % 3];
  return correct(site.station('office'), event, logIndex, says, approvedBy);
}

export const REBOOTED: readonly StationName[] = [
  'gate',
  'belt',
  'sorter',
  'floor',
  'yard',
  'office',
];

const SAYS = { ...LINE, ...YARD, ...OFFICE, ...SHIPMENTS };

/** What the site's stations say of a command; null: nothing. */
export function speak(
  site: SiteUnderTest,
  drawn: Command,
  other: SiteUnderTest,
): StationEvent | null {
  return SAYS[drawn.kind]?.(site, drawn, other) ?? null;
}
