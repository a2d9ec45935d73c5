import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { sha256Hex } from '../fields.js';

export const rulesAdopted = defineEvent({
  name: 'rules.adopted',
  summary: "Another version of the ledger's own rules is in force from the next entry on.",
  docs:
    'Before the first one version 1 is in force. A ledger that lacks the version stops until it is ' +
    'upgraded; an audit uses the version in force at each entry.',
  by: ['registrar', 'office'],
  subject: 'site',
  schema: z.strictObject({
    version: z.int().min(1),
    digest: sha256Hex.describe("of the version's limits, as `rulesDigest` makes it"),
  }),
  examples: [{ version: 2, digest: '5c'.repeat(32) }],
});
