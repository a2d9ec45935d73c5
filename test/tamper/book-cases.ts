import type { FilledSite } from './filled-site.js';
import { UNIT } from './filled-stream.js';
import { goesOnWith } from './going-on.js';
import { takenBackTwice } from './reversals.js';
import { type TamperCase, refusalOf } from './tamper-case.js';

/** Classes 16 to 25: what is done to the books beside the log. */

/** What an audit of the database finds after one statement of a superuser with triggers off. */
const after =
  (statement: string) =>
  async (site: FilledSite): Promise<string[]> => {
    const copy = await site.copy();
    const { rowCount } = await copy.pool.query(statement);
    if (rowCount === 0) throw new Error(`nothing was changed by ${statement}`);
    return copy.auditDatabase();
  };

const DATABASE = '`audit --database`';
const ONE_OF_A_FEED = `(from_index, leg) = (SELECT from_index, leg FROM posting
  WHERE code = 'feed' ORDER BY from_index, leg LIMIT 1)`;

export const BOOK_CASES: readonly TamperCase[] = [
  {
    number: 16,
    what: 'the amount of a posting is edited',
    detector: DATABASE,
    named: ['database-posting'],
    cannotSee: 'nothing of this class',
    found: after(`UPDATE posting SET mass_mg = mass_mg + 1 WHERE ${ONE_OF_A_FEED}`),
  },
  {
    number: 17,
    what: 'a row of balances is edited',
    detector: DATABASE,
    named: ['database-balance'],
    cannotSee: 'nothing of this class',
    found: after(`UPDATE balance SET debits_mg = debits_mg + 1, credits_mg = credits_mg + 1
      WHERE account_id = (SELECT id FROM account WHERE kind = 'lot' LIMIT 1)`),
  },
  {
    number: 18,
    what: 'a leg of an entry is dropped',
    detector: DATABASE,
    named: ['database-posting'],
    cannotSee: 'nothing of this class',
    found: after(`DELETE FROM posting WHERE ${ONE_OF_A_FEED}`),
  },
  {
    number: 19,
    what: 'a posting is pointed at another range of the log',
    detector: DATABASE,
    named: ['database-posting'],
    cannotSee: 'nothing of this class',
    found: after(`UPDATE posting SET to_index = to_index + 1 WHERE (from_index, leg) =
      (SELECT from_index, leg FROM posting WHERE code = 'scan' LIMIT 1)`),
  },
  {
    number: 20,
    what: 'a ticket is taken back twice',
    detector: `the rules post nothing again; ${DATABASE}`,
    named: ['exception.raised', 'database-posting'],
    cannotSee: 'a ticket that is taken back once and did occur: who approved it stands in the log',
    found: takenBackTwice,
  },
  {
    number: 21,
    what: 'a pending shipment is posted twice',
    detector: `the rules refuse it; ${DATABASE}`,
    named: ['exception.raised', 'database-posting'],
    cannotSee:
      'a receipt under another id for a load that never came: its difference is an exception',
    found: async (site) => [
      ...(await goesOnWith(site, site.requests.received)),
      ...(await after(`INSERT INTO posting SELECT site_id, from_index, leg + 9, to_index, debit,
        credit, mass_mg, code, event_time FROM posting WHERE code = 'dispatch'`)(site)),
    ],
  },
  {
    number: 22,
    what: 'the class of a claim is raised: a unit of book and claim stands on a lot again',
    detector: `the rules refuse it; ${DATABASE}`,
    named: ['claim.refused', 'database-state'],
    cannotSee: 'a delivery that was declared eligible and is not',
    found: async (site) => [
      ...(await goesOnWith(site, site.requests.raised)),
      ...(await after(`UPDATE claim SET model = 'mass-balance', lot_id = 'north.out-0-0',
        state = state || '{"model": "mass-balance", "lotId": "north.out-0-0"}'
        WHERE claim_id = '${UNIT}'`)(site)),
    ],
  },
  {
    number: 23,
    what: 'a unit of book and claim is retired twice',
    detector: `the rules refuse it; ${DATABASE}`,
    named: ['claim.refused', 'database-posting'],
    cannotSee: 'a unit that is also retired in the registry of somebody else',
    found: async (site) => [
      ...(await goesOnWith(site, site.requests.retired)),
      ...(await after(`INSERT INTO posting SELECT site_id, from_index, leg + 9, to_index, debit,
        credit, mass_mg, code, event_time FROM posting WHERE code = 'claim-retired'`)(site)),
    ],
  },
  {
    number: 24,
    what: 'mass is moved into a period that is closed',
    detector: `the database refuses it; ${DATABASE}`,
    named: ['a posting is of a period that is closed', 'database-posting', 'database-state'],
    cannotSee: 'nothing of this class',
    found: async (site) => {
      const copy = await site.copy();
      const insert =
        copy.guarded(`INSERT INTO posting SELECT site_id, from_index, leg + 9, to_index,
        debit, credit, mass_mg, code, event_time FROM posting WHERE code = 'feed' LIMIT 1`);
      return [
        await refusalOf(insert, ['a posting is of a period that is closed']),
        ...(await after(`UPDATE posting SET from_index = from_index + 400,
          to_index = to_index + 400 WHERE ${ONE_OF_A_FEED}`)(site)),
        ...(await after(`UPDATE period SET to_index = to_index - 50`)(site)),
      ];
    },
  },
  {
    number: 25,
    what: 'a conversion factor is changed without an entry',
    detector: DATABASE,
    named: ['database-state'],
    cannotSee: 'a factor that the certificate behind it does not bear out',
    found: after(`UPDATE site SET policy =
      jsonb_set(policy, '{conversion,factors,0,denominator}', '1')`),
  },
];

/** Not of the appendix: the rest of what an audit of the database holds against the log. */
export const STATE_ALTERATIONS: readonly (readonly [finding: RegExp, statement: string])[] = [
  [
    /^posting .* is dated/,
    `UPDATE posting SET event_time = event_time + interval '1 day' WHERE ${ONE_OF_A_FEED}`,
  ],
  [
    /^lot north.lot-0: its columns/,
    `UPDATE lot SET weighed_mg = weighed_mg + 1 WHERE lot_id = 'north.lot-0'`,
  ],
  [
    /^lot north.lot-1: originText: /,
    `UPDATE lot SET state = jsonb_set(state, '{originText}', '"elsewhere"')
       WHERE lot_id = 'north.lot-1'`,
  ],
  [/^lot north.lot-2: the log makes one/, `DELETE FROM lot WHERE lot_id = 'north.lot-2'`],
  [
    /^run north.run-0: status: /,
    `UPDATE run SET status = 'open', state = jsonb_set(state, '{status}', '"open"')
       WHERE run_id = 'north.run-0'`,
  ],
  [
    /^shipment north.shipment-1: consignee: /,
    `UPDATE shipment SET consignee = 'Other', state = jsonb_set(state, '{consignee}', '"Other"')`,
  ],
  [
    /^scales: 0: the log makes none/,
    `UPDATE site SET scales = '[{"scaleId":"belt-1","above":0,"below":0,"steps":0,"against":[],"shift":null}]'`,
  ],
  [
    /^sensors: 0: the log makes none/,
    `UPDATE site SET sensors = '[{"source":"north.sorter","sensorModel":"xrf-1","calibrationId":"cal-1","analyte":"Cu","above":0,"below":0,"steps":0,"gain":{"squares":[0,0,0,0,0,0],"said":[0,0,0]},"scatter":{"lots":0,"squares":0},"shift":null}]'`,
  ],
  [/^total steel/, `UPDATE total SET pieces = pieces + 1`],
  [
    /^invented: the log makes none/,
    `INSERT INTO exception VALUES ('north', 'invented', 'c', 'notice', 'a', '{}', now(), 3)`,
  ],
  [/^fact 1: /, `UPDATE fact SET data = data || ' '::bytea WHERE seq = 1`],
  [
    /^notice 1 to south: the log makes /,
    `UPDATE notice SET data = data || ' '::bytea WHERE destination = 'south'`,
  ],
  [/^book adopted at [0-9]+: the log makes elements 2 /, `UPDATE book_adoption SET version = 3`],
  [
    /^openings of north.gate .*: some are gone, and no erasure about north.visit-secret-1 /,
    `DELETE FROM opening WHERE about = 'north.visit-secret-1' AND field = 'supplier'`,
  ],
  [
    /^openings of north.gate .*: the log says they are about north.visit-secret-2/,
    `UPDATE opening SET about = 'north.visit-1' WHERE about = 'north.visit-secret-2'`,
  ],
  [
    /^openings of north.gate 1.9999: the log has no such event/,
    `INSERT INTO opening VALUES ('north', 'north.gate', 1, 9999, 0, 'north.x', 'f', 'c', 'j')`,
  ],
  [/^the tree of /, `UPDATE site SET frontier = set_byte(frontier, 9, 0)`],
];
