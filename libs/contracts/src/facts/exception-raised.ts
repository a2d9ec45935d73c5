import { z } from 'zod';
import { code, siteScopedId } from '../fields.js';
import { defineFact, restsOn } from '../define-fact.js';

/** What the ledger takes note of. It books all the same: physics is not refused. */
export const EXCEPTION_CODES = [
  'unknown-lot',
  'unknown-run',
  'unknown-shipment',
  'transit-difference',
  'lot-overdrawn',
  'run-started-twice',
  'run-closed-twice',
  'run-unbalanced',
  'outlets-exceed-feed',
  'shipment-exceeds-lot',
  'closing-difference',
  'delivery-mismatch',
  'lot-delivered-twice',
  'lot-already-closed',
  'radiation-alarm',
  'sealed-container',
  'lower-boot',
  'subject-mismatch',
  'reference-conflict',
  'late-after-balance',
  'body-invalid',
  'seal-failed',
  'key-change-refused',
  'equivocation',
  'quarantined-lot-shipped',
  'quarantined-lot-used',
  'release-refused',
  'custody-raise-refused',
  'lot-circular',
  'request-refused',
  'credits-overdrawn',
  'event-corrected',
  'upstream-corrected',
  'claim-doubtful',
  'hazard-found',
  'recovery-exceeds-shipment',
  'estimate-difference',
  'scale-shift',
  'sensor-shift',
] as const;
export type ExceptionCode = (typeof EXCEPTION_CODES)[number];

export const exceptionRaised = defineFact({
  name: 'exception.raised',
  summary:
    'Something that a person should look at. What caused it is booked or entered all the same.',
  docs:
    'Physics is booked, whatever it is; this says that a person should look. `exceptionId` ' +
    'names it in `exception.closed`.',
  subject: 'station',
  schema: z.strictObject({
    exceptionId: siteScopedId.describe('`<site>.exception-<fact seq>`'),
    code: z.enum(EXCEPTION_CODES),
    severity: z.enum(['notice', 'warning', 'critical']),
    about: z
      .string()
      .min(1)
      .max(160)
      .describe('The lot, run, visit, scale or source that it is about'),
    figures: z
      .record(code, z.string().max(160))
      .describe('Figures that explain it, by name; masses as decimal strings in mg'),
    restsOn,
  }),
  examples: [
    {
      exceptionId: 'north.exception-12',
      code: 'shipment-exceeds-lot',
      severity: 'warning',
      about: 'north.lot-20261124-101',
      figures: { shippedMg: '22480000000', heldMg: '22100000000' },
      restsOn: 901,
    },
  ],
});
