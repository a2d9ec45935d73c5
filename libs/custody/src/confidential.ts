import { Buffer } from 'node:buffer';
import { EVENTS, type EventAttributes, digestsOf } from '#contracts';
import type { Folding } from './folding.js';
import type { StreamRecord } from './model.js';

/**
 * The form in which a record enters the log: as it was said, but a `confidential.recorded` by its
 * digests alone, which is all that seals and copies are told by. Its openings go beside the log.
 */
export function enteredForm(
  folding: Folding,
  { attributes, data, typed }: StreamRecord,
): { readonly attributes: EventAttributes; readonly data: Buffer } {
  if (typed.key !== 'confidentialRecorded') return { attributes, data };
  const { source, boot, seq } = attributes;
  const { about, openings } = typed.data;
  openings.forEach((opening, place) => {
    folding.openings.push({ source, boot, seq, place, about, ...opening });
  });
  const said = digestsOf(attributes, data);
  const kept = {
    attributesSha256: said.attributes.toString('hex'),
    dataSha256: said.data.toString('hex'),
  };
  return {
    attributes: { ...attributes, type: EVENTS.confidentialKept.type },
    data: Buffer.from(JSON.stringify(kept)),
  };
}
