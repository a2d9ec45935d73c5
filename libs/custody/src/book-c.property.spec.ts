import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DataOf, FACTS } from '#contracts';
import { rootOf as treeRoot, leafHash } from '#tlog';
import { officeHistory } from '../../../test/arbitraries/office-history.js';
import { emptySite, loadAndFold, stream } from '../../../test/arbitraries/site-stream.js';
import { parseAccount } from './accounts.js';
import { balanceLeaves, balancesRoot } from './balances-root.js';
import { balanceMg, grown, sum } from './mass.js';
import type { Posting, Turnover } from './model.js';

const anyHistory = officeHistory.map(({ events }) => stream(events, 50));

const BOUNDED = new Set(['credit', 'claim', 'unit']);
const MODELS = ['mass-balance', 'book-and-claim'];

/** Balances after each posting, told to `look`. */
function walk(
  postings: readonly Posting[],
  look: (balances: ReadonlyMap<string, bigint>, posting: Posting) => void,
): void {
  const balances = new Map<string, bigint>();
  for (const posting of postings) {
    const { debit, credit, massMg } = posting;
    balances.set(debit, (balances.get(debit) ?? 0n) + massMg);
    balances.set(credit, (balances.get(credit) ?? 0n) - massMg);
    look(balances, posting);
  }
}

describe('book C', () => {
  it('never overdraws credits, claims or units, at any prefix (I10)', () => {
    fc.assert(
      fc.property(anyHistory, (records) => {
        const set = emptySite();
        walk(loadAndFold(set, records).postings, (balances, { credit }) => {
          const { book, kind } = parseAccount(credit);
          if (book !== 'C' || !BOUNDED.has(kind)) return;
          expect(balances.get(credit)).toBeGreaterThanOrEqual(0n);
        });
      }),
    );
  });

  it('gives no more credits than eligible input times the factor in force', () => {
    fc.assert(
      fc.property(anyHistory, (records) => {
        const set = emptySite();
        const { turnovers } = loadAndFold(set, records);
        for (const { accruals, characteristic, period, owedMg } of set.office.credits.values()) {
          for (const { eligibleMg, creditedMg, numerator, denominator } of accruals) {
            expect(creditedMg * BigInt(denominator)).toBeLessThanOrEqual(
              eligibleMg * BigInt(numerator),
            );
          }
          const input = turnovers.get(`C:credit-input:${characteristic}:${period}`);
          const given = sum(accruals.map((row) => row.creditedMg));
          expect(given).toBe(input === undefined ? 0n : -balanceMg(input));
          expect(owedMg).toBe(0n);
        }
      }),
    );
  });

  it('lets a claim only go down (I9), and retires a unit once', () => {
    fc.assert(
      fc.property(anyHistory, (records) => {
        const set = emptySite();
        const { facts } = loadAndFold(set, records);
        const last = new Map<string, DataOf<'claimIssued'>>();
        for (const { attributes, data } of facts) {
          if (attributes.type !== FACTS.claimIssued.type) continue;
          const claim = JSON.parse(data.toString()) as DataOf<'claimIssued'>;
          const before = last.get(claim.claimId);
          if (before !== undefined) {
            const [from, to] = [before.model, claim.model].map((model) => MODELS.indexOf(model));
            expect(to).toBeGreaterThanOrEqual(from!);
            expect(before.standing).not.toBe('retired');
            expect(claim.massMg).toBe(before.massMg);
          }
          last.set(claim.claimId, claim);
        }
        const claimed = sum([...last.values()].map(({ massMg }) => BigInt(massMg)));
        const { turnovers } = loadAndFold(emptySite(), records);
        const held = sum(
          [...turnovers].flatMap(([key, turnover]) =>
            /^C:(claim|unit|retired):/.test(key) ? [balanceMg(turnover)] : [],
          ),
        );
        expect(held).toBe(claimed);
      }),
    );
  });
});

describe('a closed period', () => {
  it('has the root of all balances as its last entry left them, and gets no more postings', () => {
    fc.assert(
      fc.property(anyHistory, (records) => {
        const { postings, periodsClosed } = loadAndFold(emptySite(), records);
        let fromIndex = 0;
        for (const closed of periodsClosed) {
          expect(closed.fromIndex).toBe(fromIndex);
          fromIndex = closed.toIndex;
          const before = postings.filter((posting) => posting.fromIndex < closed.toIndex);
          for (const { toIndex } of before) expect(toIndex).toBeLessThanOrEqual(closed.toIndex);
          expect(balancesRoot(turnoversOf(before)).root).toBe(closed.balancesRoot);
        }
      }),
    );
  });

  it('hashes as the log does', () => {
    const balance = fc.record({
      debitsMg: fc.bigInt({ min: 0n }),
      creditsMg: fc.bigInt({ min: 0n }),
    });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), balance, { maxKeys: 40 }), (drawn) => {
        const balances = new Map(Object.entries(drawn));
        const leaves = balanceLeaves(balances);
        const { accounts, root } = balancesRoot(balances);
        expect(accounts).toBe(leaves.length);
        expect(root).toBe(Buffer.from(treeRoot(leaves.map(leafHash))).toString('hex'));
      }),
    );
  });
});

const turnoversOf = (postings: readonly Posting[]): Map<string, Turnover> =>
  postings.reduce(
    (sums, { debit, credit, massMg }) =>
      grown(
        grown(sums, new Map([[debit, { debitsMg: massMg, creditsMg: 0n }]])),
        new Map([[credit, { debitsMg: 0n, creditsMg: massMg }]]),
      ),
    new Map<string, Turnover>(),
  );
