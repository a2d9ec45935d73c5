import { type DataOf, conversionDigest, invariant } from '#contracts';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';

/**
 * `reference.adopted`: a version of the site's registry is in force from this entry on. A version
 * that is not newer, or a body of another site, changes nothing and is an exception. The body MUST
 * be in the working set (`missing` names its digest). Conversion factors come with their body;
 * a key of the log may sign once this entry is signed by the one before; other references only
 * enter the log.
 */
export function referenceAdopted(folding: Folding, adopted: DataOf<'referenceAdopted'>): void {
  if (adopted.reference === 'conversion') {
    conversionAdopted(folding, adopted);
    return;
  }
  if (adopted.reference === 'log-key') {
    folding.keysAdopted.push({ digest: adopted.digest, logIndex: folding.cause });
  }
  if (adopted.reference !== 'sites') {
    noteBook(folding, adopted);
    return;
  }
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

/** Books change no rule: facts name the versions that they rest on. */
function noteBook(folding: Folding, adopted: DataOf<'referenceAdopted'>): void {
  const { reference, name, version, digest } = adopted;
  if (reference !== 'book' && reference !== 'recipe' && reference !== 'prices') return;
  folding.booksAdopted.push({ reference, name, version, digest, logIndex: folding.cause });
}

/** Factors give credits from this entry on; what was credited before stays. */
function conversionAdopted(folding: Folding, adopted: DataOf<'referenceAdopted'>): void {
  const { site } = folding;
  const { policy } = site;
  const { version, digest, factors = [] } = adopted;
  if (digest === policy.conversion?.digest) return;
  const inForce = policy.conversion?.version ?? 0;
  const problem =
    conversionDigest(factors) !== digest
      ? 'the factors have another digest'
      : version <= inForce
        ? `version ${inForce} is in force`
        : null;
  if (problem !== null) {
    const figures = { version: String(version), digest, problem };
    raise(folding, 'reference-conflict', site.siteId, figures);
    return;
  }
  policy.conversion = { version, digest, factors };
}
