import { conceal, createEncryptionKey } from '#edge';
import { SITE, type Said, type SealingStation } from '../../apps/cli/src/audit/spec-station.js';

/** Of the site: what is confidential is encrypted to it. */
export const siteKey = createEncryptionKey();
export const VISITS = [`${SITE}.visit-secret-1`, `${SITE}.visit-secret-2`] as const;

/** Two visits of which the log holds commitments alone, and what opens them. */
export const confidentialVisits = (gate: SealingStation): Said[] =>
  VISITS.flatMap((visitId, n) => {
    const secret = { supplier: `Supplier ${n}`, price: `${n}.00 EUR` };
    const { commitments, recorded } = conceal(visitId, secret, siteKey.public);
    return [
      gate.say('vehicleArrived', visitId, { visitId, direction: 'inbound', commitments }),
      gate.say('confidentialRecorded', visitId, recorded),
    ];
  });
