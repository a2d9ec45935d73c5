/**
 * EPCIS 2.0 terms of events. The Core Business Vocabulary has no word for sorting or recycling
 * (reference: domain 2.1), so those steps are ours, at URIs that never change.
 */

/** Business steps of CBV 2.0 that events here use. */
export const CBV_STEPS = [
  'arriving',
  'creating_class_instance',
  'cycle_counting',
  'departing',
  'destroying',
  'holding',
  'inspecting',
  'loading',
  'receiving',
  'sampling',
  'sensor_reporting',
  'shipping',
  'stock_taking',
  'storing',
] as const;
export type CbvStep = (typeof CBV_STEPS)[number];

/** Dispositions of CBV 2.0 that events here use. */
export const CBV_DISPOSITIONS = [
  'available',
  'completeness_verified',
  'conformant',
  'disposed',
  'in_progress',
  'in_transit',
  'mismatch_quantity',
  'non_conformant',
  'returned',
  'unavailable',
] as const;
export type CbvDisposition = (typeof CBV_DISPOSITIONS)[number];

/** Our own words, each with what it means. */
export const VOCABULARY = {
  sorting: 'Pieces of the input go to several outputs by what a sensor or a person sees.',
  shredding: 'Large pieces are broken into small ones.',
  dismantling: 'A device is taken apart into components.',
  depolluting: 'Hazardous components or fluids are taken out and kept apart.',
  grading: 'A lot is held against the limits of a dated book of grades.',
  blending: 'Lots become one; what they were can no longer be told apart.',
  splitting: 'A lot becomes several of the same composition.',
  conditioning: 'Drying or wetting changes the mass of a lot, not its dry matter.',
  reprocessing: 'A fraction becomes raw material again by mechanical or chemical means.',
  MassFraction: 'Share of an analyte by mass; value in ppm.',
  moisture: 'Share of water by mass of the material as it lies; value in ppm.',
} as const;
export type VocabularyTerm = keyof typeof VOCABULARY;

export interface EpcisTerms {
  readonly event: 'ObjectEvent' | 'AggregationEvent' | 'TransformationEvent' | 'TransactionEvent';
  /** A TransformationEvent has none. */
  readonly action?: 'ADD' | 'OBSERVE' | 'DELETE';
  readonly bizStep: CbvStep | VocabularyTerm;
  readonly disposition?: CbvDisposition;
  /** Where it was seen: the station that says it, or the place that the body names. */
  readonly readPoint: 'source' | 'body';
}

const CBV = 'https://ref.gs1.org/cbv/';

/** Where names of ours live that outlast every installation (docs/adr/0009). */
export const URI_BASE = 'https://w3id.org/urbanmine/';

/** Namespace of our words; `/vocabulary.json` of the api describes them. */
export const VOCABULARY_URI = `${URI_BASE}vocabulary/`;

const isOwn = (term: string): term is VocabularyTerm => Object.hasOwn(VOCABULARY, term);

/** URI of a business step. */
export const stepUri = (step: EpcisTerms['bizStep']): string =>
  isOwn(step) ? `${VOCABULARY_URI}${step}` : `${CBV}BizStep-${step}`;

/** URI of a disposition. */
export const dispositionUri = (disposition: CbvDisposition): string => `${CBV}Disp-${disposition}`;
