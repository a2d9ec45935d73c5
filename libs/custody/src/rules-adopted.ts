import { type DataOf, InvariantError } from '#contracts';
import { refuseRequest } from './exceptions.js';
import type { Folding } from './folding.js';
import { settleAllFrames } from './frames.js';
import { rulesDigest } from './limits.js';

/**
 * `rules.adopted`: another version of the rules is in force from the next entry on. Postings of
 * frames never span it. A version that this ledger has not been built with stops it: what follows
 * can only be booked by one that has.
 */
export function rulesAdopted(folding: Folding, adopted: DataOf<'rulesAdopted'>): void {
  const { site, set } = folding;
  const { policy } = site;
  const { version, digest } = adopted;
  if (version <= policy.rules) {
    const problem = `version ${policy.rules} is in force`;
    refuseRequest(folding, site.siteId, { request: 'rules.adopted', version, problem });
    return;
  }
  const limits = set.office.rules.get(version);
  if (limits === undefined || rulesDigest(limits) !== digest) {
    const known = [...set.office.rules].map(([own, of]) => `${own} (${rulesDigest(of)})`);
    throw new InvariantError(
      `${site.siteId} has adopted version ${version} of the rules (${digest}), this one has ` +
        `${known.join(', ')}: install the release that has it, then start again`,
    );
  }
  settleAllFrames(folding);
  policy.rules = version;
  // Timeouts may be due earlier now.
  folding.wakeMs = Number.NEGATIVE_INFINITY;
}
