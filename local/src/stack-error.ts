/** The local stack cannot start or go on. The message names the cause and, where there is one, the remedy. */
export class StackError extends Error {
  override name = 'StackError';
}

/** Another program listens where one of the servers was to. */
export class PortTakenError extends StackError {
  override name = 'PortTakenError';
}
