/** `<book>:<kind>:<owner>[:<outlet or class> …]`, see accounts.ts. */
export type AccountKey = string;

/** Gross debits and credits; both only grow. */
export interface Turnover {
  debitsMg: bigint;
  creditsMg: bigint;
}
