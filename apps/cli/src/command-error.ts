/** Exit codes of every command; `--help` lists them. */
export const EXIT = { done: 0, usage: 1, unreachable: 2, refused: 3, failed: 4 } as const;

/** A command cannot do what it was asked; the message says why and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    readonly exitCode: (typeof EXIT)[keyof typeof EXIT],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
