import type { EventDefinition } from './define-event.js';

/** Member of the data that the `subject` repeats; undefined: the subject is the source. */
export function subjectMember({ subject }: Pick<EventDefinition, 'subject'>): string | undefined {
  if (subject === 'station' || subject === 'site') return undefined;
  return subject === 'about' ? 'about' : `${subject}Id`;
}

/** The `subject` that an event with this data MUST have when `source` says it. */
export function subjectOf(
  definition: Pick<EventDefinition, 'subject'>,
  data: object,
  source: string,
): string {
  const member = subjectMember(definition);
  const named = member === undefined ? source : (data as Readonly<Record<string, unknown>>)[member];
  return typeof named === 'string' ? named : source;
}
