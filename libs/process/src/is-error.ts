/** `instanceof Error` that also knows errors of another realm (a test's sandbox, a worker). */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}
