/** Bytes or text that are not in the one accepted form of their format. */
export class LogFormatError extends Error {
  override readonly name = 'LogFormatError';
}

/** Well-formed material that does not prove what it claims: a wrong hash, signature or origin. */
export class LogVerificationError extends Error {
  override readonly name = 'LogVerificationError';
}
