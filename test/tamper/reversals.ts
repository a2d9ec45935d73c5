import { EVENTS, decodeEntry } from '#contracts';
import { SITE, type Said } from '../../apps/cli/src/audit/spec-station.js';
import { recordsOf } from '../../apps/ledger/src/spec-stream.js';
import type { FilledSite, SiteCopy } from './filled-site.js';
import { readEntries } from './forgery.js';
import { factsSince, lastFact } from './going-on.js';

/** A ticket is taken back, and then again: by the office, and by whoever owns the database. */

const TAKEN_BACK = `${SITE}.visit-3`;

const reversals = async ({ pool }: SiteCopy): Promise<string[]> => {
  const { rows } = await pool.query<{ posting: string }>(
    `SELECT posting::text AS posting FROM posting WHERE code = 'correction' ORDER BY 1`,
  );
  return rows.map(({ posting }) => posting);
};

/** Facts that follow the second request; its postings too, if there were any. */
export async function takenBackTwice(site: FilledSite): Promise<string[]> {
  const copy = await site.copy();
  const [once, again] = await requests(site, copy);
  const ledger = copy.ledger('kept');
  await ledger.follow(recordsOf([...site.said, once]));
  const posted = await reversals(copy);
  if (posted.length === 0) throw new Error('the ticket was not taken back');
  const seq = await lastFact(copy);
  await ledger.follow(recordsOf([...site.said, once, again]));
  const found = await factsSince(copy, seq);
  const more = (await reversals(copy)).slice(posted.length);
  const honest = await copy.auditDatabase();
  await copy.pool.query(`INSERT INTO posting SELECT site_id, from_index, leg + 90, to_index, debit,
    credit, mass_mg, code, event_time FROM posting WHERE code = 'correction'`);
  return more.length + honest.length > 0
    ? [...more, ...honest]
    : [...found, ...(await copy.auditDatabase())];
}

/** The office goes on where it ended: the same ticket never was, twice. */
async function requests(site: FilledSite, copy: SiteCopy): Promise<[Said, Said]> {
  const { type } = EVENTS.deliveryCompleted;
  const entries = (await readEntries(copy.pool)).map((entry) => decodeEntry(entry).attributes);
  const logIndex = entries.findIndex((one) => one.type === type && one.subject === TAKEN_BACK);
  const { source, boot, seq } = entries[logIndex]!;
  const errs = { source, id: `${boot}.${seq}`, logIndex, type };
  const data = { errs, reason: 'did-not-occur' as const };
  const before = site.requests.raised[0]!.attributes;
  const say = (at: number): Said => ({
    attributes: {
      ...before,
      type: EVENTS.eventCorrected.type,
      subject: before.source,
      seq: before.seq + at,
    },
    value: Buffer.from(JSON.stringify(data)),
  });
  return [say(0), say(1)];
}
