import {
  type StationKind,
  isEnrollable,
  parseJson,
  registryDigest,
  sha256,
  siteRegistrySchema,
} from '#contracts';

/** One stored version of the enrolment of a site. */
export interface RegistryVersion {
  readonly siteId: string;
  readonly version: number;
  /** SHA-256 of `body`, hex. */
  readonly digest: string;
  /** Whether its `reference.adopted` is in the site's stream. */
  readonly announced: boolean;
  readonly body: Buffer;
}

/** Whose token it is and what follows from that. */
export interface Caller {
  readonly source: string;
  readonly siteId: string;
  readonly kind: StationKind;
  /** Of `station-events`: the registry gives it, never a hash. */
  readonly partition: number;
  /** A registrar whose version is not announced: it may only announce. */
  readonly pending: boolean;
}

const sourceKey = (siteId: string, source: string): string => `${siteId} ${source}`;

/** Who may speak, by the SHA-256 of a token. Immutable: a change of the registry makes a new one. */
export class Directory {
  private readonly callers = new Map<string, Caller>();
  private readonly sources = new Map<string, Caller>();
  /** What was left out and why, for the operator. */
  readonly problems: string[] = [];

  constructor(readonly versions: readonly RegistryVersion[]) {
    // Announced versions first: what is only planned never takes a token from one in force.
    for (const version of versions) if (version.announced) this.add(version);
    for (const version of versions) if (!version.announced) this.add(version);
  }

  callerOf(token: string): Caller | undefined {
    return this.callers.get(sha256(Buffer.from(token)).toString('hex'));
  }

  /** Who a source is at a site: the ledger of a peer may be enrolled at several. */
  callerOfSource(siteId: string, source: string): Caller | undefined {
    return this.sources.get(sourceKey(siteId, source));
  }

  private add({ siteId, version, digest, announced, body }: RegistryVersion): void {
    const name = `site ${siteId} version ${version}`;
    const parsed = siteRegistrySchema.safeParse(parseJson(body));
    if (!parsed.success || registryDigest(body) !== digest || parsed.data.siteId !== siteId) {
      this.problems.push(`${name} is not what its digest says`);
      return;
    }
    for (const station of parsed.data.stations) {
      const { source, kind, tokenSha256 } = station;
      if (!isEnrollable(siteId, station)) {
        this.problems.push(`${name} names ${source}, which cannot be a ${kind} of the site`);
        continue;
      }
      if (!announced && kind !== 'registrar') continue;
      if (this.callers.has(tokenSha256)) {
        if (announced) this.problems.push(`${name} gives ${source} a token that is taken`);
        continue;
      }
      const { partition } = parsed.data;
      const caller: Caller = { source, siteId, kind, partition, pending: !announced };
      this.callers.set(tokenSha256, caller);
      this.sources.set(sourceKey(siteId, source), caller);
    }
  }
}
