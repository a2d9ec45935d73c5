import { type DataOf, invariant } from '#contracts';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';

/**
 * `reference.adopted`: a version of the site's registry is in force from this entry on. A version
 * that is not newer, or a body of another site, changes nothing and is an exception; other
 * references only enter the log. The body MUST be in the working set (`missing` names its digest).
 */
export function referenceAdopted(folding: Folding, adopted: DataOf<'referenceAdopted'>): void {
  if (adopted.reference !== 'sites') return;
  const { site, set } = folding;
  const { digest, version } = adopted;
  if (digest === site.registryDigest) return;
  const body = set.registries.get(digest);
  invariant(body !== undefined, `registry ${digest} was not loaded before the fold`);
  const problem =
    body.siteId !== site.siteId
      ? `of site ${body.siteId}`
      : body.version !== version
        ? `the body is version ${body.version}`
        : version <= (site.registry?.version ?? 0)
          ? `version ${site.registry?.version ?? 0} is in force`
          : null;
  if (problem !== null) {
    raise(folding, 'reference-conflict', site.siteId, {
      version: String(version),
      digest,
      problem,
    });
    return;
  }
  site.registry = body;
  site.registryDigest = digest;
}
