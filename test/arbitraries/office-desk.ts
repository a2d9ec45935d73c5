import { type ConversionFactor, type DataOf, conversionDigest, siteOf } from '#contracts';
import { type Day, id } from './site-day.js';
import { type Station, type StationEvent } from './site-stream.js';

/** What the office of the site asks for, with everything that a test does not care about. */

export const RECYCLED = 'recycled-steel';

export const factor = (numerator: number, denominator: number): ConversionFactor => ({
  characteristic: RECYCLED,
  stream: 'steel',
  grades: ['E40'],
  numerator,
  denominator,
  certificate: 'certificate 7',
});

/** Puts factors in force: the versions of a test are 1, 2 … */
export const conversion = (
  office: Station,
  factors: readonly ConversionFactor[],
  version = 1,
): StationEvent =>
  office.say('referenceAdopted', office.source, {
    reference: 'conversion',
    name: 'scrap',
    version,
    digest: conversionDigest(factors),
    factors: [...factors],
  });

type Claim = DataOf<'claimRequested'>;

export const claimOn = (
  office: Station,
  claim: string,
  lot: string | null,
  massMg: number,
  method: Claim['method'] = 'credit',
): StationEvent =>
  office.say('claimRequested', office.source, {
    action: 'issue',
    claimId: id(claim),
    characteristic: RECYCLED,
    method,
    massMg,
    ...(lot === null ? {} : { lotId: id(lot) }),
  });

export const moveClaim = (office: Station, claim: string, lot: string | null): StationEvent =>
  office.say('claimRequested', office.source, {
    action: 'move',
    claimId: id(claim),
    ...(lot === null ? {} : { lotId: id(lot) }),
  });

export const retire = (office: Station, claim: string): StationEvent =>
  office.say('claimRequested', office.source, {
    action: 'retire',
    claimId: id(claim),
    beneficiary: 'Mill',
  });

export const closePeriod = (office: Station, period: number): StationEvent =>
  office.say('periodClosing', office.source, {
    periodId: `${siteOf(office.source)}.period-${period}`,
  });

/** Answers to requests: `issued …`, or the reason of the refusal. */
export const answersOf = ({ facts }: ReturnType<Day['fold']>): string[] =>
  facts.flatMap(({ attributes, data }) => {
    const body = JSON.parse(data.toString()) as Record<string, string>;
    if (attributes.type.includes('claim.refused')) return [`refused ${body['reason']!}`];
    if (attributes.type.includes('claim.issued')) {
      return [`${body['standing']!} ${body['model']!} left ${body['creditsLeftMg']!}`];
    }
    return [];
  });
