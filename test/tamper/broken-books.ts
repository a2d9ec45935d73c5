import type { Invariant } from '../../apps/ledger/src/check-invariants/invariants.store.js';

const balanceOf = (side: 'debits_mg' | 'credits_mg', where: string): string =>
  `UPDATE balance SET ${side} = ${side} + 1e15 FROM account
   WHERE id = account_id AND id = (SELECT min(id) FROM account WHERE ${where})`;

/** What is done to the books around the ledger, the invariant it breaks and how that is told. */
export const BROKEN: readonly (readonly [Invariant, statement: string, what: RegExp])[] = [
  ['I2', balanceOf('debits_mg', `book = 'E'`), /^book E is off by 1000000000000000 mg$/],
  [
    'I3',
    `UPDATE lot SET weighed_mg = weighed_mg + 1 WHERE lot_id = 'north.lot-0'`,
    /^north\.lot-0 says [0-9]+ mg, its account [0-9]+$/,
  ],
  ['I5', balanceOf('credits_mg', `kind = 'lot' AND book = 'W'`), /^W:lot:north\..* holds -/],
  ['I6', balanceOf('debits_mg', `kind = 'run' AND book = 'W'`), /^W:run:north\.run-0 holds 1/],
  ['I7', balanceOf('credits_mg', `kind = 'transit'`), /^W:transit:north\.shipment-1 holds -/],
  ['I10', balanceOf('credits_mg', `kind = 'credit'`), /^C:credit:recycled-steel:.* holds -/],
  [
    'I11',
    `UPDATE lot SET status = 'dispatched' WHERE lot_id = 'north.out-1-0'`,
    /^north\.out-1-0 is dispatched and holds [0-9]+ mg$/,
  ],
  [
    'I14',
    `DELETE FROM chunk WHERE first_index = (SELECT max(first_index) FROM chunk
       WHERE first_index < (SELECT max(first_index) FROM chunk))`,
    /^entries [0-9]+ follow [0-9]+$/,
  ],
  [
    'I14',
    'UPDATE site SET tree_size = tree_size + 1',
    /^the tree has [0-9]+ entries, the log [0-9]+$/,
  ],
  [
    'I17',
    'UPDATE checkpoint SET size = size + 100 WHERE size = (SELECT max(size) FROM checkpoint)',
    /^[0-9]+ entries are signed, the tree has [0-9]+$/,
  ],
];
