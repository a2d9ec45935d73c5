import {
  EVENTS,
  type EventAttributes,
  type EventDefinition,
  type EventEnvelope,
  PoisonError,
  type StructuredEvent,
  decodeBody,
  definitionOf,
  duplicateMember,
  maySend,
  subjectMember,
  subjectOf,
} from '#contracts';
import type { Caller } from '../registry/directory.js';

/** What a registrar may say while the version that enrols it is not announced yet. */
const ANNOUNCING: readonly string[] = [
  EVENTS.referenceAdopted.type,
  EVENTS.stationBooted.type,
  EVENTS.stationSealed.type,
];

/**
 * What an event must be to enter the stream, whichever door it came by: said by its own source, of a
 * type of the source's kind, of its size, of its schema, about its subject. Throws a PoisonError that
 * says what is wrong and where.
 */
export function checkEvent(event: StructuredEvent, caller: Caller): EventEnvelope {
  const { attributes, data, body } = event;
  const definition = checkSpeaker(attributes, caller);
  if (data.length > definition.dataBytesMax) {
    const sizes = `${data.length} bytes, at most ${definition.dataBytesMax}`;
    throw new PoisonError(`data: ${sizes}`, 'too-large');
  }
  const twin = duplicateMember(data, body);
  if (twin !== undefined) {
    throw new PoisonError(`data: the member "${twin}" stands twice in one object`, 'data-invalid');
  }
  decodeBody(attributes.type, body);
  checkSubject(event, definition);
  return { attributes, data };
}

/** A source speaks for itself and only in the types of its kind. */
function checkSpeaker({ source, type }: EventAttributes, caller: Caller): EventDefinition {
  if (source !== caller.source) {
    throw new PoisonError(
      `source: ${caller.source} may not speak as "${source}"`,
      'source-unknown',
    );
  }
  const definition = definitionOf(type);
  if (definition === undefined) {
    throw new PoisonError(`type: "${type}" is not known`, 'type-unknown');
  }
  if (!maySend(caller.kind, definition)) {
    throw new PoisonError(`type: a ${caller.kind} may not send "${type}"`, 'type-not-allowed');
  }
  if (caller.pending && !ANNOUNCING.includes(type)) {
    const why = 'the version of the registry that enrols the source is not announced yet';
    throw new PoisonError(`type: "${type}" must wait: ${why}`, 'type-not-allowed');
  }
  return definition;
}

function checkSubject({ attributes, body }: StructuredEvent, definition: EventDefinition): void {
  const wanted = subjectOf(definition, body as object, attributes.source);
  if (attributes.subject === wanted) return;
  const member = subjectMember(definition);
  const what = member === undefined ? 'the source' : `data.${member}`;
  throw new PoisonError(
    `subject: "${attributes.subject}" is not ${what}, "${wanted}"`,
    'attributes-invalid',
  );
}
