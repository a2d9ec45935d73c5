import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SiteRegistry, encodeRegistry, registryDigest } from '#contracts';
import type { Pool } from '#database';
import { CommandError, EXIT } from '../command-error.js';
import type { GatewayClient } from '../gateway-client.js';
import { type RegistrarBoot, sayAsRegistrar } from '../registrar-boot.js';
import { announce } from './announcement.js';
import { registryProblems } from './check-registry.js';
import {
  adoptedIndex,
  loadOthers,
  loadSite,
  markAnnounced,
  storeVersion,
} from './registry.store.js';

export interface EnrolOptions {
  readonly registry: SiteRegistry;
  /** Source of the station of kind registrar, its token, and its key (null: do not seal). */
  readonly registrar: string;
  readonly token: string;
  readonly key: KeyObject | null;
  readonly database: Pool;
  readonly gateway: GatewayClient;
  /** How long to wait until the ledger has adopted it; 0 = do not. */
  readonly waitMs: number;
}

export interface EnrolReport {
  readonly siteId: string;
  readonly version: number;
  readonly digest: string;
  /** `already`: nothing was left to do. */
  readonly outcome: 'enrolled' | 'already';
  /** Log index of its `reference.adopted`; null = the ledger has not met it yet. */
  readonly adoptedIndex: number | null;
}

const POLL_MS = 100;

/**
 * Stores a version, says `reference.adopted` through the gateway, and only then lets the version's
 * stations in: so version 1 is the first entry of the site's log. Each step is skipped when an
 * earlier run did it; a run that died between the gateway's 202 and the mark says it again, which
 * the ledger notes and which changes nothing.
 */
export async function enrolSite(options: EnrolOptions): Promise<EnrolReport> {
  const { registry, database } = options;
  const body = encodeRegistry(registry);
  const digest = registryDigest(body);
  const { siteId, version } = registry;
  const report = (outcome: EnrolReport['outcome'], index: number | null): EnrolReport => ({
    siteId,
    version,
    digest,
    outcome,
    adoptedIndex: index,
  });
  const stored = await store(options, digest, body);
  if (stored?.announced === true && stored.adoptedIndex !== null) {
    return report('already', stored.adoptedIndex);
  }
  const said = stored !== undefined && (stored.announced || stored.adoptedIndex !== null);
  const announcement = said ? null : await say(options, digest);
  await markAnnounced(database, digest);
  return report(said ? 'already' : 'enrolled', await adoption(options, digest, announcement));
}

/** The version as it was stored before, or undefined when this run stored it. */
async function store(
  { registry, database }: EnrolOptions,
  digest: string,
  body: Buffer,
): Promise<Awaited<ReturnType<typeof loadSite>>[number] | undefined> {
  const ofSite = await loadSite(database, registry.siteId);
  const same = ofSite.find((stored) => stored.digest === digest);
  if (same !== undefined) return same;
  const others = await loadOthers(database, registry.siteId);
  const problems = registryProblems(registry, ofSite, others);
  if (problems.length > 0) {
    throw new CommandError(EXIT.usage, `the registry cannot be enrolled:\n${lines(problems)}`);
  }
  if (!(await storeVersion(database, registry, digest, body))) {
    const name = `version ${registry.version} of ${registry.siteId}`;
    throw new CommandError(EXIT.usage, `${name} was just stored by somebody else; run it again`);
  }
  return undefined;
}

const lines = (problems: readonly string[]): string =>
  problems.map((problem) => `  ${problem}`).join('\n');

async function say(options: EnrolOptions, digest: string): Promise<RegistrarBoot> {
  const { registry, registrar, token, key, gateway } = options;
  const position = await gateway.position(token, registrar);
  const nowMs = Date.now();
  const announcement = announce({ registry, digest, registrar, position, nowMs, key });
  await sayAsRegistrar(gateway, token, announcement);
  return announcement;
}

/** Waits until the version is in force; says so when the ledger met it and refused it. */
async function adoption(
  { registry, registrar, token, database, gateway, waitMs }: EnrolOptions,
  digest: string,
  announcement: RegistrarBoot | null,
): Promise<number | null> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const met =
      announcement !== null &&
      (await gateway.position(token, registrar)).boots.some(
        ({ boot, position }) => boot === announcement.boot && position >= announcement.lastSeq,
      );
    const index = await adoptedIndex(database, digest);
    if (index !== null || waitMs === 0) return index;
    const name = `version ${registry.version} of ${registry.siteId}`;
    if (met) {
      const why = 'its exceptions (reference-conflict) say why';
      throw new CommandError(EXIT.refused, `the ledger did not adopt ${name}; ${why}`);
    }
    if (Date.now() > deadline) {
      throw new CommandError(EXIT.unreachable, `the ledger has not met ${name} yet; run it again`);
    }
    await sleep(POLL_MS);
  }
}
