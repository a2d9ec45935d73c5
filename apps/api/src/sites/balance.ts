import type { BalanceAnswer } from './sites.schema.js';

/** What an account kind turned over: at all, and from the period's end on. Masses in mg. */
export interface KindTurnover {
  readonly book: 'W' | 'E' | 'C';
  readonly kind: string;
  readonly grossDebitsMg: bigint;
  readonly grossCreditsMg: bigint;
  /** Within the period; null = the period begins with the books. */
  readonly within: { readonly debitsMg: bigint; readonly creditsMg: bigint } | null;
  readonly laterDebitsMg: bigint;
  readonly laterCreditsMg: bigint;
}

type Balance = Pick<BalanceAnswer, 'accounts' | 'books' | 'closes'>;

/**
 * The balance of a period by kind of account. Both sides only grow, so what stands now less what
 * came later is the closing balance, and that less the period's movement the opening one. It closes
 * when, in every book, debits = credits and the balances sum to zero, at both ends.
 */
export function balanceOf(kinds: readonly KindTurnover[]): Balance {
  const lines = kinds.map(lineOf);
  const books = [...new Set(lines.map(({ book }) => book))].sort().map((book) => {
    const own = lines.filter((line) => line.book === book);
    const sum = (side: 'opening' | 'debits' | 'credits' | 'closing'): bigint =>
      own.reduce((total, line) => total + line[side], 0n);
    const closes =
      sum('debits') === sum('credits') && sum('opening') === 0n && sum('closing') === 0n;
    return { book, debitsMg: String(sum('debits')), creditsMg: String(sum('credits')), closes };
  });
  return {
    accounts: lines.map(({ book, kind, opening, debits, credits, closing }) => ({
      book,
      kind,
      openingMg: String(opening),
      debitsMg: String(debits),
      creditsMg: String(credits),
      closingMg: String(closing),
    })),
    books,
    closes: books.every(({ closes }) => closes),
  };
}

function lineOf(turnover: KindTurnover): {
  book: KindTurnover['book'];
  kind: string;
  opening: bigint;
  debits: bigint;
  credits: bigint;
  closing: bigint;
} {
  const { book, kind, within } = turnover;
  const debitsToEnd = turnover.grossDebitsMg - turnover.laterDebitsMg;
  const creditsToEnd = turnover.grossCreditsMg - turnover.laterCreditsMg;
  const closing = debitsToEnd - creditsToEnd;
  const debits = within?.debitsMg ?? debitsToEnd;
  const credits = within?.creditsMg ?? creditsToEnd;
  return { book, kind, opening: closing - debits + credits, debits, credits, closing };
}
