import type { z } from 'zod';
import { DATA_BYTES_MAX } from './attributes.js';
import type { StationKind } from './sites.js';

/** What the `subject` attribute of an event names. */
export type SubjectKind = 'run' | 'lot' | 'visit' | 'shipment' | 'station' | 'site';

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
  /** Kinds of stations that may send it; 'ledger' and 'classifier' are ours. */
  readonly by: readonly (StationKind | 'every' | 'ledger' | 'classifier' | 'gateway')[];
  readonly subject: SubjectKind;
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
  'type' | 'dataBytesMax' | 'version'
> & { readonly dataBytesMax?: number };

export const defineEvent = <const Name extends string, Schema extends z.ZodType>(
  given: Given<Name, Schema>,
): EventDefinition<Name, Schema> => ({
  ...given,
  version: 1,
  type: `urbanmine.${given.name}.v1`,
  dataBytesMax: given.dataBytesMax ?? DATA_BYTES_MAX,
});
