/** Where an operator wants the ledger to go on. */
export type Target = 'kept' | 'earliest' | 'latest' | number;

export interface Place {
  /** Offset that is to be booked next as the fence stands. */
  readonly next: number;
  /** First offset that the broker has, and the one after its last. */
  readonly logStart: number;
  readonly logEnd: number;
}

/** The offset of a target, or what keeps it from being one. */
export function judgeOffset(
  target: Target,
  { next, logStart, logEnd }: Place,
): { readonly offset: number } | { readonly problem: string } {
  const named = { kept: next, earliest: logStart, latest: logEnd };
  const offset = typeof target === 'number' ? target : named[target];
  return offset >= logStart && offset <= logEnd
    ? { offset }
    : { problem: `offset ${offset} is not in the stream: it has ${logStart} to ${logEnd}` };
}
