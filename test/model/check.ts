/** Fails with what was to be so; made to be called for every account after every command. */
export function same(is: unknown, should: unknown, what: string, of = ''): void {
  if (is === should) return;
  throw new Error(`${what} ${of}: is ${String(is)}, should be ${String(should)}`);
}
