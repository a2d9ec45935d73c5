import type { z } from 'zod';
import { DATA_BYTES_MAX } from './attributes.js';
import type { StationKind } from './sites.js';
import type { EpcisTerms } from './vocabulary.js';

/** What the `subject` attribute of an event names; `about`: whatever the body's `about` names. */
export type SubjectKind =
  'run' | 'lot' | 'visit' | 'shipment' | 'receipt' | 'station' | 'site' | 'about';

/** Who may say it: kinds of stations, or one of us. */
export type Speaker = StationKind | 'every' | 'ledger' | 'classifier' | 'gateway';

/** Who answers for what an event means; asked before it is changed. */
export type Owner =
  'edge' | 'gate' | 'line' | 'yard' | 'laboratory' | 'office' | 'ledger' | 'classifier' | 'gateway';

const OWNER_OF: Readonly<Record<Speaker, Owner>> = {
  every: 'edge',
  gate: 'gate',
  weighbridge: 'gate',
  line: 'line',
  'belt-scale': 'line',
  'sensor-sorter': 'line',
  loader: 'line',
  'floor-scale': 'line',
  'fibre-scanner': 'line',
  bench: 'line',
  reactor: 'line',
  yard: 'yard',
  lab: 'laboratory',
  verifier: 'laboratory',
  office: 'office',
  registrar: 'office',
  'peer-ledger': 'ledger',
  ledger: 'ledger',
  classifier: 'classifier',
  gateway: 'gateway',
};

/**
 * One event, defined once: the TypeScript type, the check at the edge, the JSON Schema and the
 * documentation all come from here.
 */
export interface EventDefinition<
  Name extends string = string,
  Schema extends z.ZodType = z.ZodType,
> {
  /** `urbanmine.<name>.v<version>` is the CloudEvents type. */
  readonly name: Name;
  readonly version: number;
  readonly type: string;
  readonly summary: string;
  /** What its reader must know beyond the summary and the fields. */
  readonly docs?: string;
  /** Kinds of stations that may send it; 'ledger' and 'classifier' are ours. */
  readonly by: readonly Speaker[];
  readonly owner: Owner;
  /** What it is in EPCIS 2.0, where EPCIS has such a thing. */
  readonly epcis?: EpcisTerms;
  readonly subject: SubjectKind;
  /** Path in the data of what the subject names, where it is not `<subject>Id`. */
  readonly subjectAt?: string;
  readonly dataBytesMax: number;
  readonly schema: Schema;
  /**
   * Fast way to a yes: MUST be true only for what `schema` accepts unchanged. False only means that
   * the schema decides and explains.
   */
  readonly accepts?: (body: unknown) => boolean;
  readonly examples: readonly z.input<Schema>[];
}

type Given<Name extends string, Schema extends z.ZodType> = Omit<
  EventDefinition<Name, Schema>,
  'type' | 'dataBytesMax' | 'version' | 'owner'
> & {
  readonly dataBytesMax?: number;
  /** Unless given: who answers for the first of `by`. */
  readonly owner?: Owner;
};

export const defineEvent = <const Name extends string, Schema extends z.ZodType>(
  given: Given<Name, Schema>,
): EventDefinition<Name, Schema> => ({
  ...given,
  version: 1,
  type: `urbanmine.${given.name}.v1`,
  owner: given.owner ?? OWNER_OF[given.by[0] ?? 'every'],
  dataBytesMax: given.dataBytesMax ?? DATA_BYTES_MAX,
});
