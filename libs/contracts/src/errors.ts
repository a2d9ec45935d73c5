/**
 * The three kinds of error a consumer knows. The consumer loop alone decides what they lead to
 * (docs/architecture.md); nobody else catches them. A business refusal is a value, never thrown.
 */

/** A dependency is away or not ready. The same batch MUST be tried again; nothing was changed. */
export class RetriableError extends Error {
  override readonly name = 'RetriableError';
}

/**
 * One record can never be accepted, however often it is tried. It MUST be kept as a dead letter and
 * leave a `record.rejected`; the records around it are unharmed.
 */
export class PoisonError extends Error {
  override readonly name = 'PoisonError';

  constructor(
    message: string,
    /** Closed, short code for headers and metrics. */
    readonly reason: RejectReason,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Something that cannot be is so: the process MUST stop before it makes it worse. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Why a record was rejected; closed, because it is a metric label. */
export const REJECT_REASONS = [
  'attributes-invalid',
  'data-not-json',
  'data-invalid',
  'type-unknown',
  'source-unknown',
  'type-not-allowed',
  'too-large',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** Throws an InvariantError unless `condition` holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
