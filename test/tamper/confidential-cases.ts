import { type Opening, commitmentOf } from '#contracts';
import { encryptTo, reveal } from '#edge';
import { discloseFields, openFields } from '../../apps/cli/src/confidential/disclose.js';
import { VISITS, siteKey } from './confidential-visits.js';
import type { FilledSite, SiteCopy } from './filled-site.js';
import { type TamperCase, refusalOf } from './tamper-case.js';

/** Classes 12 to 15: what is done to openings of commitments. */

/** Puts another opening, and another commitment if told so, in the place of that of a field. */
async function replaceOpening(
  copy: SiteCopy,
  change: (opening: Opening) => Opening,
  alsoCommitment = false,
): Promise<void> {
  const { rows } = await copy.pool.query<{ jwe: string; commitment: string }>(
    `SELECT jwe, commitment FROM opening WHERE about = $1 AND field = 'price'`,
    [VISITS[0]],
  );
  const { jwe, commitment } = rows[0]!;
  const opening = change(reveal({ commitment, jwe }, siteKey.private));
  await copy.pool.query(
    `UPDATE opening SET jwe = $2, commitment = $3 WHERE about = $1 AND field = 'price'`,
    [
      VISITS[0],
      encryptTo(siteKey.public, Buffer.from(JSON.stringify(opening))),
      alsoCommitment ? commitmentOf(opening) : commitment,
    ],
  );
}

const REFUSALS = ['is not what was committed to', 'commits to these fields', 'its salt is that of'];

/** How the disclosure of the price to a buyer is refused. */
async function disclosureOf(copy: SiteCopy): Promise<string> {
  const wanted = { about: VISITS[0], fields: ['price'] };
  const disclosing = openFields(copy.pool, wanted, siteKey.private).then(async (fields) =>
    discloseFields(await copy.served(), fields),
  );
  return refusalOf(disclosing, REFUSALS);
}

const disclosed =
  (change: (opening: Opening) => Opening, alsoCommitment = false) =>
  async (site: FilledSite): Promise<string[]> => {
    const copy = await site.copy();
    await replaceOpening(copy, change, alsoCommitment);
    return [await disclosureOf(copy)];
  };

const DISCLOSE = '`confidential disclose`, and whoever is disclosed to';

export const CONFIDENTIAL_CASES: readonly TamperCase[] = [
  {
    number: 12,
    what: 'the salt of an opening is altered',
    detector: DISCLOSE,
    named: ['is not what was committed to'],
    cannotSee: 'an opening that nobody opens',
    found: disclosed(({ value }) => ({ salt: Buffer.alloc(16, 7).toString('base64url'), value })),
  },
  {
    number: 13,
    what: 'a confidential value is altered',
    detector: DISCLOSE,
    named: ['is not what was committed to'],
    cannotSee: 'a value that was false when it was committed to',
    found: disclosed(({ salt }) => ({ salt, value: '9.99 EUR' })),
  },
  {
    number: 14,
    what: 'a commitment and its value are both replaced',
    detector: DISCLOSE,
    named: ['commits to these fields'],
    cannotSee: 'a replacement before the station has sealed, and no receipt outside',
    found: disclosed(({ salt }) => ({ salt, value: '9.99 EUR' }), true),
  },
  {
    number: 15,
    what: 'a salt is used again in another record',
    detector: DISCLOSE,
    named: ['its salt is that of'],
    cannotSee: 'who has not the key of the site: salts are encrypted',
    found: async (site) => {
      const copy = await site.copy();
      const { rows } = await copy.pool.query<{ jwe: string; commitment: string }>(
        `SELECT jwe, commitment FROM opening WHERE about = $1 AND field = 'price'`,
        [VISITS[1]],
      );
      const other = reveal(rows[0]!, siteKey.private);
      await replaceOpening(copy, ({ value }) => ({ salt: other.salt, value }), true);
      return [await disclosureOf(copy)];
    },
  },
];
