import type { Book } from './book.js';

/**
 * What an operation counts as: mass that enters `recycling` or other `recovery` counts there;
 * `preliminary` treatment is counted by whoever treats it further.
 */
export type TreatmentRoute = 'recycling' | 'recovery' | 'preliminary' | 'disposal';

export interface TreatmentOperation {
  /** Code of annexes I and II of Directive 2008/98/EC. */
  readonly operation: string;
  readonly name: string;
  readonly route: TreatmentRoute;
  /** Key in the book's `sources`. */
  readonly source: string;
}

export interface OperationBook extends Book {
  readonly operations: readonly TreatmentOperation[];
}

const as = (route: TreatmentRoute, names: Readonly<Record<string, string>>): TreatmentOperation[] =>
  Object.entries(names).map(([operation, name]) => ({ operation, name, route, source: 'annexes' }));

export const TREATMENT_OPERATIONS: OperationBook = {
  book: 'treatment-operations',
  version: 1,
  validFrom: '2026-11-01',
  sources: {
    annexes: {
      basis: 'from-memory',
      text: 'Directive 2008/98/EC, annexes I and II, names shortened; which of them count as recycling, other recovery, preliminary treatment or disposal is our reading of the directive and of Implementing Decision (EU) 2019/2193; not checked',
    },
  },
  operations: [
    ...as('recovery', { R1: 'Fuel or other means to make energy' }),
    ...as('recycling', {
      R2: 'Solvents got back',
      R3: 'Organic substances recycled',
      R4: 'Metals recycled',
      R5: 'Other inorganic materials recycled',
      R6: 'Acids or bases regenerated',
      R7: 'Components of pollution abatement got back',
      R8: 'Components of catalysts got back',
      R9: 'Oil re-refined or otherwise re-used',
    }),
    ...as('recovery', { R10: 'Land treatment of benefit', R11: 'Use of wastes of R1 to R10' }),
    ...as('preliminary', { R12: 'Exchange and treatment before R1 to R11', R13: 'Storage' }),
    ...as('disposal', {
      D1: 'Deposit into or onto land',
      D2: 'Land treatment',
      D3: 'Deep injection',
      D4: 'Surface impoundment',
      D5: 'Engineered landfill',
      D6: 'Release into water',
      D7: 'Release into seas',
      D8: 'Biological treatment',
      D9: 'Physico-chemical treatment',
      D10: 'Incineration on land',
      D11: 'Incineration at sea',
      D12: 'Permanent storage',
      D13: 'Blending before disposal',
      D14: 'Repackaging before disposal',
      D15: 'Storage before disposal',
    }),
  ],
};

const ROUTES = new Map(
  TREATMENT_OPERATIONS.operations.map(({ operation, route }) => [operation, route]),
);

/** Undefined: no such operation. */
export const routeOf = (operation: string): TreatmentRoute | undefined => ROUTES.get(operation);
