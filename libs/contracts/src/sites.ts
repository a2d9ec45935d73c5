import { z } from 'zod';
import { SITE_ID, SPEAKER_SOURCE, STATION_SOURCE, siteOf } from './attributes.js';
import { SITE_PARTITIONS } from './topics.js';
import { sha256 } from './seal-chain.js';

/** What a station is; decides which events it may send (`CATALOGUE[type].by`). */
export const STATION_KINDS = [
  'gate',
  'weighbridge',
  'line',
  'belt-scale',
  'sensor-sorter',
  'loader',
  'floor-scale',
  'fibre-scanner',
  'bench',
  'reactor',
  'yard',
  'lab',
  'verifier',
  'office',
  'registrar',
  /** The ledger of another site, which says what became of a shipment (`transfer.notified`). */
  'peer-ledger',
] as const;
export type StationKind = (typeof STATION_KINDS)[number];

const stationEntry = z.strictObject({
  /** `<site>.<station>`; of a peer ledger `<its site>/ledger`. */
  source: z.string().regex(SPEAKER_SOURCE),
  kind: z.enum(STATION_KINDS),
  /** Line that the station works at; a closing run waits for the stations of its line. */
  lineId: z.string().min(1).max(64).optional(),
  /** Ed25519 public key, base64 of the 32 raw bytes: checks the station's seals; of a peer its log's. */
  publicKey: z.base64(),
  /** SHA-256 of the bearer token, hex: the token itself is only at the station. */
  tokenSha256: z.hex().length(64),
});

const scaleEntry = z.strictObject({
  scaleId: z.string().min(1).max(64),
  kind: z.enum(['weighbridge', 'floor', 'belt']),
  /** Accuracy class by OIML R 76 (I, II, III, IIII) or R 50 for belt scales. */
  accuracyClass: z.string().min(1).max(8),
  /** Verification interval e. */
  intervalMg: z.int().min(1),
  maxMg: z.int().min(1),
});

/**
 * One version of the enrolment of one site. Its digest enters the site's log by
 * `reference.adopted`; version 1 is the log's first entry.
 */
export const siteRegistrySchema = z.strictObject({
  siteId: z.string().regex(SITE_ID),
  version: z.int().min(1),
  name: z.string().min(1).max(128),
  /** Moving a site is a drained, logged operation, so this MUST NOT change between versions. */
  partition: z
    .int()
    .min(0)
    .max(SITE_PARTITIONS - 1),
  lines: z.array(z.strictObject({ lineId: z.string().min(1).max(64), name: z.string().max(128) })),
  stations: z.array(stationEntry).min(1),
  scales: z.array(scaleEntry),
});

/**
 * Whether a source may be enrolled at a site as this kind: a station is of the site, the ledger of
 * a peer is of another one.
 */
export function isEnrollable(siteId: string, { source, kind }: StationEntry): boolean {
  const isOfSite = siteOf(source) === siteId;
  return kind === 'peer-ledger'
    ? source.endsWith('/ledger') && !isOfSite
    : STATION_SOURCE.test(source) && isOfSite;
}

export type SiteRegistry = z.infer<typeof siteRegistrySchema>;
export type StationEntry = SiteRegistry['stations'][number];

/** The registry's bytes as they are stored and digested; never made a second way. */
export const encodeRegistry = (registry: SiteRegistry): Buffer =>
  Buffer.from(JSON.stringify(siteRegistrySchema.parse(registry)));

/** SHA-256 of `encodeRegistry`, hex. */
export const registryDigest = (body: Buffer): string => sha256(body).toString('hex');
