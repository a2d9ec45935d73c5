import { type SiteRegistry, isEnrollable } from '#contracts';

/** A version that is stored already. */
export interface StoredVersion {
  readonly registry: SiteRegistry;
  readonly digest: string;
  readonly announced: boolean;
  /** Log index from which it is in force; null = the ledger has not met it. */
  readonly adoptedIndex: number | null;
}

/** Everything that keeps a registry from being enrolled, beyond its schema. Empty = good. */
export function registryProblems(
  registry: SiteRegistry,
  ofSite: readonly StoredVersion[],
  ofOthers: readonly SiteRegistry[],
): string[] {
  const { siteId, version, partition, stations } = registry;
  const problems: string[] = [];
  const newest = ofSite.reduce((max, stored) => Math.max(max, stored.registry.version), 0);
  if (version !== newest + 1) {
    problems.push(`version: ${version}, but the next version of ${siteId} is ${newest + 1}`);
  }
  const before = ofSite[0]?.registry.partition ?? partition;
  if (before !== partition) {
    problems.push(`partition: ${partition}, but the site is in ${before} and cannot move`);
  }
  const registrars = stations.filter(({ kind }) => kind === 'registrar').length;
  if (registrars !== 1) problems.push(`stations: ${registrars} of kind registrar, not 1`);
  const taken = new Set(
    ofOthers.flatMap((other) => other.stations.map(({ tokenSha256 }) => tokenSha256)),
  );
  const sources = new Set<string>();
  const lines = new Set(registry.lines.map(({ lineId }) => lineId));
  stations.forEach((station, index) => {
    const { source, kind, tokenSha256, publicKey, lineId } = station;
    const at = `stations.${index}`;
    if (!isEnrollable(siteId, station)) {
      const of = kind === 'peer-ledger' ? 'the ledger of another site' : `of ${siteId}`;
      problems.push(`${at}.source: "${source}" is not ${of}`);
    }
    if (sources.has(source)) problems.push(`${at}.source: "${source}" stands twice`);
    sources.add(source);
    if (taken.has(tokenSha256)) problems.push(`${at}.tokenSha256: another station has this token`);
    taken.add(tokenSha256);
    if (Buffer.from(publicKey, 'base64').length !== 32) {
      problems.push(`${at}.publicKey: not the 32 bytes of an Ed25519 key`);
    }
    if (lineId !== undefined && !lines.has(lineId)) {
      problems.push(`${at}.lineId: "${lineId}" is no line of the site`);
    }
  });
  return problems;
}
