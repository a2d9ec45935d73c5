import { z } from 'zod';
import { type EventDefinition, type SubjectKind, defineEvent } from './define-event.js';
import type { EpcisTerms } from './vocabulary.js';

/** What every fact carries. */
export const restsOn = z.int().min(0).describe('Log index of the entry that it rests on');

/** A fact of the ledger: `urbanmine.custody.<name>.v1` on `custody-events.v1`. */
export const defineFact = <
  const Name extends string,
  Schema extends z.ZodType<{ restsOn: number }>,
>(given: {
  readonly name: Name;
  readonly summary: string;
  readonly docs?: string;
  readonly epcis?: EpcisTerms;
  readonly subject: SubjectKind;
  readonly schema: Schema;
  readonly examples: readonly z.input<Schema>[];
}): EventDefinition<`custody.${Name}`, Schema> =>
  defineEvent({ ...given, name: `custody.${given.name}`, by: ['ledger'] });
