import { type DataOf, type DefinitionKey, EVENTS } from '#contracts';
import type { EventMark } from '#edge';
import type { RunState, Yard } from './run-state.js';

type EventKey = Extract<DefinitionKey, keyof typeof EVENTS>;

export interface Spoken {
  /** Name of the station at the site. */
  readonly station: string;
  /** Who of its people says it. */
  readonly actor?: string;
}

/** Has a station of the yard say something now. */
export function say<Key extends EventKey>(
  yard: Yard,
  by: string | Spoken,
  key: Key,
  subject: string,
  data: DataOf<Key>,
): EventMark {
  const { station, actor } = typeof by === 'string' ? { station: by } : by;
  const type = EVENTS[key].type;
  const time = new Date(yard.now()).toISOString();
  const event = { type, subject, data, time, ...(actor === undefined ? {} : { actor }) };
  return yard.say(`${yard.siteId}.${station}`, event);
}

/** Name of a station or thing without its site. */
export const nameOf = (source: string): string => source.slice(source.indexOf('.') + 1);

/** Notes the last event that a station has said of the run. */
export function mark(run: RunState, source: string, at: EventMark): void {
  run.marks[source] = at;
}
