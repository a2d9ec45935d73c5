import { hash } from 'node:crypto';
import { EVENTS } from '#contracts';
import type { FoldResult, ReplayEntry } from '#custody';
import { canonicalJson } from '#materials';
import type { DatabaseReader, NoticeRow, OpeningPlace } from './database.reader.js';
import type { Findings } from './findings.js';

/**
 * What a ledger keeps beside the log because of it: notices that wait for the ledgers of other sites,
 * the keys and books that the log has adopted, and openings of commitments. The first three are made
 * again by the rules. Of openings a log holds digests alone, so each must belong to an entry, and an
 * entry may lack some only where an erasure about the same id is on record; what they say is checked
 * where one is disclosed.
 */
export class BesideLog {
  private readonly made = new Map<string, string>();
  /** Subject by `<source> <boot>.<seq>`. */
  private readonly confidential = new Map<string, string>();

  visit({ attributes: { source, boot, seq, subject, type } }: ReplayEntry): void {
    if (type === EVENTS.confidentialKept.type) {
      this.confidential.set(`${source} ${boot}.${seq}`, subject);
    }
  }

  add({ notices, keysAdopted, booksAdopted }: FoldResult): void {
    for (const notice of notices) this.made.set(keyOf(notice), toldNotice(notice));
    for (const { digest, logIndex } of keysAdopted) {
      this.made.set(`log-key adopted at ${logIndex}`, digest);
    }
    for (const { reference, name, version, digest, logIndex } of booksAdopted) {
      this.made.set(`${reference} adopted at ${logIndex}`, `${name} ${version} ${digest}`);
    }
  }

  /** Returns how many rows were compared. */
  async compare(reader: DatabaseReader, findings: Findings): Promise<number> {
    const notices = await reader.readNotices();
    const stored = new Map(notices.map((row) => [keyOf(row), toldNotice(row)]));
    for (const { key, told } of await reader.readAdoptions()) stored.set(key, told);
    for (const key of new Set([...this.made.keys(), ...stored.keys()])) {
      const [should, is] = [this.made, stored].map((all) => all.get(key) ?? 'none');
      if (should === is) continue;
      findings.add(
        'database-state',
        null,
        `${key}: the log makes ${should}, the database has ${is}`,
      );
    }
    return stored.size + (await this.compareOpenings(reader, findings));
  }

  private async compareOpenings(reader: DatabaseReader, findings: Findings): Promise<number> {
    const rows = await reader.readOpenings();
    const erased = new Set(await reader.readErased());
    const places = new Map<string, OpeningPlace[]>();
    for (const row of rows) {
      const event = `${row.source} ${row.boot}.${row.seq}`;
      places.set(event, [...(places.get(event) ?? []), row]);
    }
    const say = (event: string, what: string): void => {
      findings.add('database-state', null, `openings of ${event}: ${what}`);
    };
    for (const [event, kept] of places) {
      const subject = this.confidential.get(event);
      if (subject === undefined) say(event, 'the log has no such event, the database has openings');
      else if (kept.some(({ about }) => about !== subject)) {
        say(event, `the log says they are about ${subject}, the database does not`);
      }
    }
    for (const [event, subject] of this.confidential) {
      const kept = places.get(event) ?? [];
      const isWhole = kept.length > 0 && kept.every(({ place }) => place < kept.length);
      if (isWhole || erased.has(subject)) continue;
      say(event, `some are gone, and no erasure about ${subject} is on record`);
    }
    return rows.length;
  }
}

const keyOf = ({ destination, seq }: Pick<NoticeRow, 'destination' | 'seq'>): string =>
  `notice ${seq} to ${destination}`;

const toldNotice = ({ attributes, data }: Pick<NoticeRow, 'attributes' | 'data'>): string =>
  `${canonicalJson(attributes)}, data ${hash('sha256', data, 'hex')}`;
