import { hash } from 'node:crypto';
import { type DataOf, conversionDigest } from '#contracts';
import type { Story } from '../../apps/cli/src/audit/spec-log.js';
import { SITE, type Said, type SealingStation } from '../../apps/cli/src/audit/spec-station.js';
import type { SignerKeys } from '../../apps/ledger/src/sign-checkpoint/signer-keys.js';
import { confidentialVisits } from './confidential-visits.js';

/** What is said at the site that is tampered with, beside its runs. */

/** A unit of book and claim that was retired. */
export const UNIT = `${SITE}.claim-2`;
const RECYCLED = 'recycled-steel';

export interface RefusedRequests {
  readonly raised: readonly Said[];
  readonly retired: readonly Said[];
  readonly received: readonly Said[];
}

/** What the mass balance goes by: half of the steel that is fed may be claimed. */
export function conversion(office: SealingStation): Said[] {
  const factor = { characteristic: RECYCLED, stream: 'steel' as const, grades: ['E40'] };
  const factors = [{ ...factor, numerator: 1, denominator: 2, certificate: 'cert-1' }];
  const digest = conversionDigest(factors);
  const data = { reference: 'conversion' as const, name: 'factors', version: 1, digest, factors };
  return [office.say('referenceAdopted', office.source, data)];
}

/** A claim on a lot, a unit that is retired, the lot leaves, and the period closes. */
export function afterwards({ stations: { gate, office } }: Story): Said[] {
  const shipmentId = `${SITE}.shipment-1`;
  const line = { lotId: `${SITE}.out-0-0`, massMg: 2_499_000, uncertaintyMg: 200, all: true };
  const ask = (data: DataOf<'claimRequested'>): Said =>
    office.say('claimRequested', office.source, data);
  const issue = { action: 'issue', characteristic: RECYCLED, method: 'credit' } as const;
  return [
    ...confidentialVisits(gate),
    ask({ ...issue, claimId: `${SITE}.claim-1`, massMg: 1_000_000, lotId: `${SITE}.out-0-0` }),
    office.say('referenceAdopted', office.source, {
      reference: 'book',
      name: 'elements',
      version: 2,
      digest: 'eb'.repeat(32),
    }),
    ask({ ...issue, claimId: UNIT, massMg: 500_000 }),
    ask({ action: 'retire', claimId: UNIT, beneficiary: 'Mill' }),
    gate.say('shipmentDispatched', shipmentId, { shipmentId, consignee: 'Mill', lines: [line] }),
    received(gate),
    office.say('periodClosing', office.source, { periodId: `${SITE}.period-1` }),
    office.seal(),
    gate.seal(),
  ];
}

/** A load of a site whose ledger is told of it. */
function received(gate: SealingStation): Said {
  const receiptId = `${SITE}.receipt-of-south`;
  const lot = { lotId: `${SITE}.lot-of-south`, stream: 'steel' as const, declaredGrade: 'E40' };
  const mass = { ewc: '191001', origin: 'south', massMg: 1_000_000, uncertaintyMg: 500 };
  return gate.say('shipmentReceived', receiptId, {
    ...{ receiptId, shipmentId: 'south.shipment-1', verdict: 'accepted' as const },
    lines: [{ ...lot, ...mass }],
    ...{ acceptedMg: 1_000_000, uncertaintyMg: 500, remainder: 'none' as const },
  });
}

/** One or the other is said: each begins where the office ended. */
export function refusedRequests({ stations: { office } }: Story): RefusedRequests {
  const base = office.lastSeq;
  const from = (...said: readonly Said[]): Said[] =>
    said.map(({ attributes, value }, at) => ({
      attributes: { ...attributes, seq: base + 1 + at },
      value,
    }));
  const ask = (data: DataOf<'claimRequested'>): Said =>
    office.say('claimRequested', office.source, data);
  const receiptId = `${SITE}.receipt-1`;
  const receive = (): Said =>
    office.say('shipmentReceived', receiptId, {
      ...{ receiptId, shipmentId: `${SITE}.shipment-1`, verdict: 'accepted', lines: [] },
      ...{ acceptedMg: 2_499_000, uncertaintyMg: 200, remainder: 'none' },
    });
  return {
    raised: from(ask({ action: 'move', claimId: UNIT, lotId: `${SITE}.out-0-0` })),
    retired: from(ask({ action: 'retire', claimId: UNIT, beneficiary: 'Other' })),
    received: from(receive(), receive()),
  };
}

export function adoption({ stations: { registrar } }: Story, keys: SignerKeys): Said[] {
  const digest = hash('sha256', keys.vkeys(SITE).log, 'hex');
  const data = { reference: 'log-key' as const, name: SITE, version: 2, digest };
  return [registrar.say('referenceAdopted', registrar.source, data), registrar.seal()];
}

export function deliveries({ stations: { gate } }: Story): Said[] {
  const said = Array.from({ length: 6 }, (_, n) => {
    const visitId = `${SITE}.visit-next-${n}`;
    const lot = { lotId: `${SITE}.lot-next-${n}`, stream: 'steel' as const, declaredGrade: 'E40' };
    const mass = { ewc: '191001', origin: 'yard', massMg: 1_000_000, uncertaintyMg: 500 };
    return gate.say('deliveryCompleted', visitId, { visitId, lines: [{ ...lot, ...mass }] });
  });
  return [...said, gate.seal()];
}
