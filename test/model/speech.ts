import { container, delivery, feed, frame, runEnd, runStart } from '../arbitraries/site-day.js';
import type { StationEvent } from '../arbitraries/site-stream.js';
import type { Command } from './commands.js';
import { type Speech, known, made, target, uncertaintyMg } from './named-lots.js';
import type { SiteUnderTest, StationName } from './site-under-test.js';
import { OFFICE } from './speech-of-offices.js';
import { SHIPMENTS } from './speech-of-shipments.js';

/** What gates, lines, yards and laboratories say. */

/** One of them mostly, so that enough is said of it. */
const RUNS = [0, 0, 0, 1, 2] as const;

const runAt = (site: SiteUnderTest, a: number): string =>
  site.name(`run-${RUNS[a % RUNS.length]!}`);

/** The last run fills the lots of the first. */
const outletsOf = (site: SiteUnderTest, run: string): [string, string] => {
  const of = run.endsWith('-2') ? 0 : run.at(-1)!;
  return [site.name(`out-${of}-0`), site.name(`out-${of}-1`)];
};

/** Readings of a belt grow by what is fed; a new boot begins at nothing. */
const fedMg = new WeakMap<SiteUnderTest, Map<string, number>>();

function readingOf(site: SiteUnderTest, key: string, massMg: number): number {
  const read = fedMg.get(site) ?? new Map<string, number>();
  fedMg.set(site, read);
  const readMg = (read.get(key) ?? 0) + massMg;
  read.set(key, readMg);
  return readMg;
}

const LINE: Speech = {
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
    return site
      .station('floor')
      .say('containerWeighed', run, container(run, b % 5 === 4 ? 2 : b % 2, massMg));
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
    const lost = { massMg: massMg % 100, uncertaintyMg };
    const dust = { account: 'dust', ...lost, reason: 'filter' } as const;
    const end = { ...runEnd(run, ...marks), losses: [dust] };
    return site.station('line').say('runClosed', run, end);
  },
};

const YARD: Speech = {
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

export const REBOOTED: readonly StationName[] = [
  'gate',
  'belt',
  'sorter',
  'floor',
  'yard',
  'office',
];

const SAYS: Speech = { ...LINE, ...YARD, ...OFFICE, ...SHIPMENTS };

/** What the site's stations say of a command; null: nothing. */
export function speak(
  site: SiteUnderTest,
  drawn: Command,
  other: SiteUnderTest,
): StationEvent | null {
  return SAYS[drawn.kind]?.(site, drawn, other) ?? null;
}
