import { Buffer } from 'node:buffer';
import type { FoldResult, LotState, Posting } from '#custody';
import { closeRun, correctTwice, delivered, id, RUN, say, weighed } from './lived-site.js';
import type { SiteUnderTest } from './site-under-test.js';

const lot = (site: SiteUnderTest, name: string): LotState => site.set.lots.get(id(name))!;

/** What the ledger did with one more delivery, told otherwise. */
const told =
  (forged: (result: FoldResult) => FoldResult) =>
  (site: SiteUnderTest): void => {
    site.consume(say(site, delivered(site, 'visit-2', 70)), 10, forged);
  };

const withPosting =
  (change: (posting: Posting) => Posting) =>
  (result: FoldResult): FoldResult => ({ ...result, postings: result.postings.map(change) });

/** Something that is not so any more, and one more record. */
const altered =
  (change: (site: SiteUnderTest) => void) =>
  (site: SiteUnderTest): void => {
    change(site);
    site.consume(say(site, delivered(site, 'visit-2', 70)), 10);
  };

export interface Forgery {
  /** How what is found begins. */
  readonly found: string;
  readonly what: string;
  readonly forge: (site: SiteUnderTest) => void;
}

/** Each invariant of the ledger's reference, broken on its own. */
export const FORGERIES: readonly Forgery[] = [
  {
    found: 'I1',
    what: 'a posting from an account to itself',
    forge: told(withPosting((p) => ({ ...p, credit: p.debit }))),
  },
  {
    found: 'I3',
    what: 'a posting that no turnover has',
    forge: told(withPosting((p) => ({ ...p, massMg: 71n }))),
  },
  {
    found: 'I3',
    what: 'a lot that says another mass',
    forge: (site) => {
      site.consume(weighed(site, 5), 10, ({ changed, ...result }) => ({
        ...result,
        changed: {
          ...changed,
          lots: changed.lots.map((one) => ({
            ...one,
            weighed: { ...one.weighed, debitsMg: one.weighed.debitsMg + 1n },
          })),
        },
      }));
    },
  },
  {
    found: 'I4',
    what: 'a posting of another call',
    forge: told(withPosting((p) => ({ ...p, fromIndex: 0 }))),
  },
  {
    found: 'I5, I7, I10',
    what: 'more dispatched than there is',
    forge: (site) => {
      site.ledger.postings.balances.set(`W:lot:${id('lot-2')}`, -80n);
      site.ledger.postings.balances.set('W:world-in', -920n);
      told((result) => ({
        ...result,
        postings: result.postings.map((p) => ({ ...p, debit: p.credit, credit: p.debit })),
        turnovers: new Map(),
      }))(site);
    },
  },
  {
    found: 'I6',
    what: 'a balanced run that holds something',
    forge: altered((site) => {
      const run = site.set.runs.get(RUN)!;
      run.status = 'balanced';
    }),
  },
  {
    found: 'I7: pending',
    what: 'a shipment posted that nobody received',
    forge: altered(({ model }) => {
      model.books.shipment(id('s-1')).complete = true;
    }),
  },
  {
    found: 'I7: notices',
    what: 'a load of which the sender is not told',
    forge: altered(({ model }) => {
      const load = { shipment: 'south.s-1', receipt: id('r-1'), by: 'north' };
      const masses = { acceptedMg: 0, deductedMg: 0, last: true };
      model.books.notices.push({ seq: 1, load: { ...load, ...masses } });
    }),
  },
  {
    found: 'I8: north.floor',
    what: 'a reversal that is not whole',
    forge: (site) => {
      correctTwice(site, ({ postings, ...result }) => ({
        ...result,
        postings: postings.filter(({ code }) => code !== 'correction'),
        turnovers: new Map(),
      }));
    },
  },
  {
    found: 'I8: corrected',
    what: 'a correction that nobody asked for',
    forge: altered(({ set }) => {
      const state = { source: id('floor'), boot: 1, seq: 1, errs: 1, corrected: null };
      set.office.corrections.set('north.floor 1.1', { ...state, changedIndex: 1 });
    }),
  },
  {
    found: 'I9: raised',
    what: 'a lot of a stronger model than before',
    forge: (site) => {
      lot(site, 'out-0').custody = { model: 'book-and-claim', origin: null, shares: {} };
      site.consume(weighed(site, 1), 10);
      lot(site, 'out-0').custody = { model: 'segregated', origin: null, shares: {} };
      site.consume(weighed(site, 1), 10, (result) => {
        lot(site, 'out-0').custody = { model: 'segregated', origin: null, shares: {} };
        return result;
      });
    },
  },
  {
    found: 'I9: claims in',
    what: 'a claim that stands elsewhere than its mass',
    forge: altered(({ set }) => {
      set.office.claims.get('north.claim-1')!.lotId = id('lot-1');
    }),
  },
  {
    found: 'I10',
    what: 'credits that were never given',
    forge: altered(({ set }) => {
      for (const credit of set.office.credits.values()) credit.accruals[0]!.creditedMg += 1n;
    }),
  },
  {
    found: 'I11: closed',
    what: 'a lot that is gone and in stock',
    forge: altered((site) => {
      lot(site, 'lot-1').status = 'dispatched';
    }),
  },
  {
    found: 'I11: in stock',
    what: 'a lot of which nothing is left, with mass',
    forge: altered((site) => {
      lot(site, 'lot-1').status = 'counted';
      site.model.books.endings.set(id('lot-1'), new Set(['somebody']));
    }),
  },
  {
    found: 'I12',
    what: 'mass that went nowhere',
    forge: altered(({ model }) => {
      model.books.move('loss north.lot-1', model.books.lotPlace(id('lot-1')), 1);
    }),
  },
  {
    found: 'I13: open exceptions',
    what: 'a difference that nobody is told of',
    forge: (site) => {
      site.consume(weighed(site, 4_000), 10);
      closeRun(site, (result) => ({ ...result, exceptionsRaised: [] }));
    },
  },
  {
    found: 'I14: first index',
    what: 'an entry left out',
    forge: told((result) => ({ ...result, firstIndex: result.firstIndex + 1 })),
  },
  {
    found: 'I14: tree size',
    what: 'a tree that is larger than its log',
    forge: (site) => {
      site.consume(say(site, delivered(site, 'visit-2', 70)), 10, (result) => {
        site.set.site.treeSize++;
        return result;
      });
    },
  },
  {
    found: 'I14, I18',
    what: 'an entry that nobody said',
    forge: told((result) => ({
      ...result,
      entries: result.entries.map((entry) =>
        Buffer.from(entry.toString().replace('"source":"north.gate"', '"source":"north.gatf"')),
      ),
    })),
  },
  {
    found: 'I16',
    what: 'a leaf that is not in the tree',
    forge: ({ ledger }) => {
      ledger.log['leaves'].push(Buffer.alloc(32));
      ledger.log.checkAll();
    },
  },
  {
    found: 'I17',
    what: 'a checkpoint of another log',
    forge: ({ ledger }) => {
      ledger.log.checkpoints[2] = { ...ledger.log.checkpoints[2]!, root: Buffer.alloc(32) };
      ledger.log.checkAll();
    },
  },
  {
    found: 'I18: position',
    what: 'a seq passed over',
    forge: altered(({ set }) => {
      set.boots.get('north.belt 1795000000')!.position++;
    }),
  },
  {
    found: 'I18: 2 is in the log',
    what: 'a seq neither in the log nor in a gap',
    forge: ({ ledger }) => {
      ledger.log.checkPosition('north.belt', 1_795_000_000, 2);
    },
  },
  {
    found: 'I20: accepted',
    what: 'a record taken and not entered',
    forge: told(({ counts, ...result }) => ({
      ...result,
      counts: { ...counts, accepted: 2 },
    })),
  },
  {
    found: 'I20: duplicates',
    what: 'a copy that nobody counted',
    forge: (site) => {
      const copy = site.sent.at(-1)!;
      site.consume(copy, 10, ({ counts, ...result }) => ({
        ...result,
        counts: { ...counts, duplicates: 0 },
      }));
    },
  },
];
