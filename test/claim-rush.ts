import { conversionDigest, decodeBody, eventId } from '#contracts';
import { walkLog } from './log-walk.js';
import type { RunningLine } from './running-line.js';

/** A hundred requests for claims on credits that cover fifty of them. */

const KG = 1_000_000;
const visitId = 'north.visit-rush';
const runId = 'north.run-rush';
const lotId = 'north.lot-rush';
export const RUSH_LOT = lotId;
/** Fed beside it, and of no grade that gives credits: the output holds mass for every claim. */
const otherId = 'north.lot-rush-other';
const outputId = 'north.lot-rush-output';
const characteristic = 'recycled-by-hand';
const grade = 'HAND-50';
const factor = { characteristic, stream: 'steel' as const, grades: [grade] };
const factors = [{ ...factor, numerator: 1, denominator: 1, certificate: 'certificate-50' }];

export const RUSH_CREDITS = 50;
const fedMg = RUSH_CREDITS * KG;

/** The ticket of both lots. */
export function rushDelivery(kilograms: number): object {
  const lot = { stream: 'steel', ewc: '170405', origin: 'a yard', uncertaintyMg: KG };
  return {
    visitId,
    lines: [
      { ...lot, lotId, declaredGrade: grade, massMg: kilograms * KG },
      { ...lot, lotId: otherId, declaredGrade: 'E3', massMg: fedMg },
    ],
  };
}

/** What gives the credits: an adopted factor, a lot of its grade, fed to a run that fills another. */
export const RUSH_CREDITED: readonly (readonly [string, object])[] = [
  [
    'reference.adopted',
    {
      reference: 'conversion',
      name: 'by-hand',
      version: 1,
      digest: conversionDigest(factors),
      factors,
    },
  ],
  ['delivery.completed', rushDelivery(RUSH_CREDITS)],
  [
    'run.started',
    {
      runId,
      lineId: 'by-hand',
      recipe: 'hand-picking',
      stream: 'steel',
      inputs: [lotId, otherId],
      outlets: [{ outlet: 0, lotId: outputId, targetClass: 'carbon-steel' }],
    },
  ],
  ...[lotId, otherId].map((fed) => {
    const feed = { runId, lotId: fed, cumulativeMg: fedMg, uncertaintyMg: KG, method: 'manual' };
    return ['feed.metered', feed] as const;
  }),
  [
    'container.weighed',
    {
      runId,
      outlet: 0,
      containerId: 'skip-rush',
      scaleId: 'floor',
      massMg: 2 * fedMg,
      uncertaintyMg: KG,
    },
  ],
];

export const RUSH: readonly object[] = Array.from({ length: 2 * RUSH_CREDITS }, (_, n) => ({
  action: 'issue',
  claimId: `north.claim-rush-${n}`,
  characteristic,
  method: 'credit',
  massMg: KG,
  lotId: outputId,
}));

interface ClaimAnswer {
  readonly key: string;
  readonly claimId: string;
  readonly reason: string | undefined;
  readonly creditsLeftMg: string | undefined;
}

/** What the ledger answered to the requests, in the order of the signed log. */
export async function claimAnswers(line: RunningLine): Promise<ClaimAnswer[]> {
  const answers: ClaimAnswer[] = [];
  await walkLog(line.url('api'), 'north', ({ attributes, data }) => {
    if (!attributes.type.startsWith('urbanmine.custody.claim.')) return;
    const { key, data: fact } = decodeBody(attributes.type, JSON.parse(data.toString()) as unknown);
    const { claimId, reason, creditsLeftMg } = fact as Partial<ClaimAnswer> & { claimId: string };
    if (!claimId.startsWith('north.claim-rush-')) return;
    answers.push({ key, claimId, reason, creditsLeftMg });
  });
  return answers;
}

/** The event at a log index, as a correction names it; undefined while it is not signed. */
export async function errsAt(line: RunningLine, logIndex: number): Promise<object | undefined> {
  let at = 0;
  let errs: object | undefined;
  await walkLog(line.url('api'), 'north', ({ attributes: { source, boot, seq, type } }) => {
    if (at === logIndex) errs = { source, id: eventId({ boot, seq }), logIndex, type };
    at += 1;
  });
  return errs;
}
