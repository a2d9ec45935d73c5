import { z } from 'zod';
import { EVENT_TIME, SITE_SCOPED_ID, SPEAKER_SOURCE, STATION_SOURCE } from './attributes.js';

/** Field schemas that many events have in common. Masses are whole milligrams (design, 6). */

/** 9.007e15 mg = 9 Mt: the largest mass one event can state. */
export const massMg = z.int().min(0).describe('Mass in whole milligrams');
export const uncertaintyMg = z
  .int()
  .min(0)
  .describe('Standard uncertainty (k = 1) of the mass beside it');
export const ppm = z.int().min(0).max(1_000_000).describe('Share by mass, in parts per million');
const measured = z.strictObject({
  value: z.int().min(0).max(1_000_000_000),
  uncertainty: z.int().min(0).max(1_000_000_000).describe('Standard, k = 1'),
});
/** What books of grades bound of a lot that is no share of its mass. */
export const lotProperties = z
  .strictObject({
    bulkDensityKgPerM3: measured.optional().describe('Kilograms a cubic metre, as it lies'),
    thicknessMicrometres: measured.optional().describe('Mean of the pieces'),
    largestPieceMicrometres: measured.optional().describe('Longest side of the largest piece'),
  })
  .describe('Properties that are no share of the mass');
export const siteScopedId = z.string().regex(SITE_SCOPED_ID).describe('Id with its site as prefix');
export const stationSource = z.string().regex(STATION_SOURCE).describe('`<site>.<station>`');
export const speakerSource = z
  .string()
  .regex(SPEAKER_SOURCE)
  .describe('A station, or `<site>/ledger`, the ledger of another site');
export const time = z.string().regex(EVENT_TIME).describe('RFC 3339, UTC, with milliseconds');
export const sha256Hex = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('SHA-256, hex');
/** No control characters and no lone surrogates: no database could hold them as text. */
export const shortText = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u);
export const code = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
export const outlet = z.int().min(0).max(63).describe('Sorting outlet of a line: 0, 1, 2 …');
/** A whole number too large for JSON, signed. */
export const decimalMg = z
  .string()
  .regex(/^-?(0|[1-9][0-9]{0,30})$/)
  .describe('Whole milligrams as a decimal string, signed');
export const element = z
  .string()
  .regex(/^[A-Z][a-z]?$/)
  .describe('Symbol of a chemical element');
/** Value and unit as the instrument gave them, beside the converted figure. */
export const original = z
  .strictObject({
    value: z.string().regex(/^-?[0-9]+(\.[0-9]+)?$/),
    unit: z
      .string()
      .regex(/^[A-Z0-9]{2,3}$/)
      .describe('UN/ECE Recommendation 20 code'),
  })
  .describe('Value and unit as the instrument gave them');
export const commitment = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .describe('base64url(SHA-256(salt ‖ value)): says nothing without its opening');

export const MATERIAL_STREAMS = ['steel', 'ewaste', 'textiles'] as const;
export const materialStream = z.enum(MATERIAL_STREAMS);
export type MaterialStream = z.infer<typeof materialStream>;

/** Where mass may go that is in no lot. Accounts, never adjustments (design, section 5). */
export const LOSS_ACCOUNTS = ['moisture', 'dust', 'residue', 'tare', 'hazardous'] as const;
export const lossAccount = z.enum(LOSS_ACCOUNTS).describe('Where mass goes that is in no lot');
export type LossAccount = z.infer<typeof lossAccount>;

/** Chain-of-custody models of ISO 22095, the strongest first: a lot may step down, never up. */
export const CUSTODY_MODELS = [
  'identity-preserved',
  'segregated',
  'controlled-blending',
  'mass-balance',
  'book-and-claim',
] as const;
export const custodyModel = z.enum(CUSTODY_MODELS).describe('Chain-of-custody model, ISO 22095');
export type CustodyModel = z.infer<typeof custodyModel>;

/** States of a lot; the last three are closed: nothing of it is in the yard. */
export const LOT_STATES = [
  'provisional',
  'open',
  'quarantined',
  'consumed',
  'counted',
  'dispatched',
] as const;
export const lotStatus = z.enum(LOT_STATES);
export type LotStatus = z.infer<typeof lotStatus>;

/** How a lot came to be; `yard`: blended, split off, piled up or carried on by a count. */
export const LOT_ORIGINS = [
  'delivery',
  'run',
  'yard',
  'transfer',
  'return',
  'provisional',
] as const;
export const lotOrigin = z.enum(LOT_ORIGINS);
export type LotOrigin = z.infer<typeof lotOrigin>;
