import { SignerKeys } from '../../apps/ledger/src/sign-checkpoint/signer-keys.js';
import { recordsOf } from '../../apps/ledger/src/spec-stream.js';
import { factsSince, goesOnWith, lastFact, later } from './going-on.js';
import { insertHead, readEntries } from './forgery.js';
import { type TamperCase, refusalOf } from './tamper-case.js';

/** Classes 26 to 33: what is done to the stream, to clocks and to keys. */

const STOPS = [
  'this is another stream',
  'records are lost',
  'lost its tail or the topic was made anew',
];

export const FEED_CASES: readonly TamperCase[] = [
  {
    number: 26,
    what: 'a record is dropped on its way',
    detector: 'the ledger; `audit` counts the gap',
    named: ['gap.declared'],
    cannotSee: 'the last words of a station that says nothing more, until its next boot',
    found: (site) => goesOnWith(site, site.next.toSpliced(2, 1)),
  },
  {
    number: 27,
    what: 'an old record is played again',
    detector: 'the ledger (dropped and counted)',
    named: ['duplicates'],
    cannotSee: 'nothing of this class: it changes nothing',
    found: async (site) => {
      const found = await goesOnWith(site, [...site.next, site.said[30]!, site.said[31]!]);
      const changed = found.filter((name) => /^(database|gap|seq|fact)/.test(name));
      return changed.length > 0 ? changed : found;
    },
  },
  {
    number: 28,
    what: 'a seq is said again with other bytes',
    detector: 'the ledger',
    named: ['equivocation.found', 'exception.raised'],
    cannotSee: 'which of the two the station meant; the first one stands',
    found: (site) => {
      const [first, ...rest] = site.next;
      const other = {
        ...first!,
        attributes: { ...first!.attributes, time: '2026-11-24T07:58:00.000Z' },
      };
      return goesOnWith(site, [first!, other, ...rest]);
    },
  },
  {
    number: 29,
    what: 'the next offset is moved forward by hand',
    detector: "the ledger's claim; with a forged digest the gap that follows",
    named: ['this is another stream', 'gap.declared'],
    cannotSee: 'nothing of this class',
    found: async (site) => {
      const records = recordsOf([...site.said, ...site.next]);
      const copy = await site.copy();
      await copy.pool.query('UPDATE fence SET next_offset = next_offset + 2');
      const stopped = await refusalOf(copy.ledger('kept').follow(records), STOPS);
      const seq = await lastFact(copy);
      await copy.pool.query('UPDATE fence SET last_digest = NULL');
      records.push(later(records.pop()!));
      await copy.ledger('kept').follow(records);
      return [stopped, ...(await factsSince(copy, seq))];
    },
  },
  {
    number: 30,
    what: 'the topic is made anew, so that offsets start again',
    detector: "the ledger's claim",
    named: ['lost its tail or the topic was made anew', 'this is another stream'],
    cannotSee: 'nothing of this class',
    found: async (site) => {
      const copy = await site.copy();
      const short = refusalOf(copy.ledger('kept').claim(10), STOPS);
      const other = recordsOf([...site.next, ...site.said, ...site.next]);
      const long = refusalOf(copy.ledger('kept').follow(other), STOPS);
      return [await short, await long];
    },
  },
  {
    number: 31,
    what: 'a clock jumps: the signer of checkpoints goes back a day',
    detector: '`audit`',
    named: ['checkpoint-order'],
    cannotSee: 'a clock that is wrong from the start, where no witness cosigns',
    found: async (site) => {
      const copy = await site.copy();
      const entries = await readEntries(copy.pool);
      const { rows } = await copy.pool.query<{ size: string }>(
        'DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint) RETURNING size',
      );
      const seconds = Math.floor(Date.now() / 1_000) - 86_400;
      await insertHead(copy.pool, site.keys, { size: Number(rows[0]!.size), entries, seconds });
      return copy.audit();
    },
  },
  {
    number: 32,
    what: 'the log is signed with another key, which no entry adopts',
    detector: 'the signer; `audit`',
    named: ['key-changed', 'key-rotation'],
    cannotSee: 'a stolen key that was adopted before: who reads the log sees when',
    found: async (site) => {
      const copy = await site.copy();
      const ledger = copy.ledger('kept', site.otherKeys);
      await ledger.follow(recordsOf([...site.said, ...site.next]));
      const refused = await ledger.sign();
      const entries = await readEntries(copy.pool);
      const head = { size: entries.length, entries, seconds: 1_796_000_000 };
      await insertHead(copy.pool, site.otherKeys, head);
      const { log } = site.otherKeys.vkeys('north');
      await copy.pool.query(`INSERT INTO log_key VALUES ('north', 'log', $1)`, [log]);
      return [String(refused), ...(await copy.audit())];
    },
  },
  {
    number: 33,
    what: 'the log is renamed: another origin',
    detector: 'the signer; `audit`',
    named: ['key-changed', 'checkpoint-signature'],
    cannotSee: 'an auditor who takes the key and the name from the log itself',
    found: async (site) => {
      const copy = await site.copy();
      const renamed = new SignerKeys(`${site.dataDir}/log-key.json`, 'renamed.example/log');
      const ledger = copy.ledger('kept', renamed);
      await ledger.follow(recordsOf([...site.said, ...site.next]));
      const refused = await ledger.sign();
      const entries = await readEntries(copy.pool);
      const head = { size: entries.length, entries, seconds: 1_796_000_000 };
      await insertHead(copy.pool, renamed, head);
      return [String(refused), ...(await copy.audit())];
    },
  },
];
