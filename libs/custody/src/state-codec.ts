/**
 * JSON of states with their bigints exact: a bigint is `{"$int": "<decimal>"}`, which no state
 * has as a member of its own. Key order carries no meaning, so a jsonb column may change it.
 */
export const encodeState = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'bigint' ? { $int: member.toString() } : member,
  );

/** Reads what `encodeState` wrote. Throws a SyntaxError when it is not JSON. */
export const decodeState = (text: string): unknown =>
  JSON.parse(text, (_name, member: unknown) => (isInteger(member) ? BigInt(member.$int) : member));

const isInteger = (member: unknown): member is { $int: string } =>
  typeof member === 'object' &&
  member !== null &&
  '$int' in member &&
  typeof member.$int === 'string';
