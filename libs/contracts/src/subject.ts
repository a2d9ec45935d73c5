import type { EventDefinition } from './define-event.js';

type Named = Pick<EventDefinition, 'subject' | 'subjectAt'>;

/** Path in the data of what the `subject` repeats; undefined: the subject is the source. */
export function subjectMember({ subject, subjectAt }: Named): string | undefined {
  if (subjectAt !== undefined) return subjectAt;
  if (subject === 'station' || subject === 'site') return undefined;
  return subject === 'about' ? 'about' : `${subject}Id`;
}

/** The `subject` that an event with this data MUST have when `source` says it. */
export function subjectOf(definition: Named, data: object, source: string): string {
  const path = subjectMember(definition);
  if (path === undefined) return source;
  let at: unknown = data;
  for (const member of path.split('.')) at = (at as Readonly<Record<string, unknown>>)[member];
  return typeof at === 'string' ? at : source;
}
