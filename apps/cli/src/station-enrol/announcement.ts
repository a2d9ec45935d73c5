import type { KeyObject } from 'node:crypto';
import { EVENTS, type SiteRegistry } from '#contracts';
import type { StationPosition } from '#edge';
import { type RegistrarBoot, registrarBoot } from '../registrar-boot.js';

export interface AnnouncementInput {
  readonly registry: SiteRegistry;
  /** SHA-256 of the registry's stored bytes, hex. */
  readonly digest: string;
  readonly registrar: string;
  /** What the ledger knows of the registrar. */
  readonly position: StationPosition;
  readonly nowMs: number;
  /** Null: the announcement is not sealed. */
  readonly key: KeyObject | null;
}

/**
 * The events by which a registrar announces a version. Version 1 MUST be the first entry of the
 * site's log, so there `reference.adopted` itself has seq 1.
 */
export function announce({ registry, digest, ...speaker }: AnnouncementInput): RegistrarBoot {
  const { siteId, version } = registry;
  const data = { reference: 'sites', name: siteId, version, digest };
  return registrarBoot({
    ...speaker,
    siteId,
    program: 'urbanmine station enrol',
    events: [{ type: EVENTS.referenceAdopted.type, data }],
    opensLog: version === 1,
  });
}
