import { describe, expect, it } from '@jest/globals';
import { EVENTS, type EventDefinition, decodeBody, subjectOf } from '#contracts';
import { isBooked, subjectInBody } from './named-ids.js';

const SOURCE = 'north.station';
const OURS: ReadonlySet<string> = new Set(['ledger', 'classifier', 'gateway']);
const events = Object.values<EventDefinition>(EVENTS)
  .filter(({ by }) => by.some((speaker) => !OURS.has(speaker)))
  .map((event): [string, EventDefinition] => [event.name, event]);

describe('the subject of an event', () => {
  it.each(events)('%s is at the edge what the rules ask for', (_name, definition) => {
    for (const example of definition.examples as readonly object[]) {
      const named = subjectOf(definition, example, SOURCE);
      const isOfStation = definition.subject === 'station' || definition.subject === 'site';
      expect(named === SOURCE).toBe(isOfStation);
      const typed = decodeBody(definition.type, example);
      if (!isBooked(typed)) continue;
      expect(subjectInBody(typed) ?? SOURCE).toBe(named);
    }
  });
});
