import type { DataOf, EventAttributes, ExceptionCode } from '#contracts';
import { close, refuseRequest } from './exceptions.js';
import type { Folding } from './folding.js';
import type { ExceptionNote } from './office-model.js';
import { forgetShift } from './scale-watches.js';
import { forgetSensorShift } from './sensor-rows.js';
import { lookedUp } from './working-set.js';

/** They say that an event is missing or wrong: what is said then closes them, no person's word. */
const CLOSED_BY_EVENTS: ReadonlySet<ExceptionCode> = new Set([
  'unknown-lot',
  'unknown-run',
  'unknown-shipment',
  'estimate-difference',
]);

/** `exception.acknowledged`: somebody looks after it. */
export function exceptionAcknowledged(
  folding: Folding,
  { exceptionId }: DataOf<'exceptionAcknowledged'>,
  { actor }: EventAttributes,
): void {
  const note = openException(folding, exceptionId, 'exception.acknowledged');
  if (note === null) return;
  if (note.acknowledged) {
    const problem = 'acknowledged before';
    refuseRequest(folding, exceptionId, { request: 'exception.acknowledged', problem });
    return;
  }
  note.acknowledged = true;
  const logIndex = folding.cause;
  folding.acknowledged.push({ exceptionId, actor: actor ?? null, logIndex });
}

/** The office's `exception.closed`. */
export function exceptionClosedByOffice(
  folding: Folding,
  { exceptionId, reason }: DataOf<'exceptionClosedByOffice'>,
): void {
  const note = openException(folding, exceptionId, 'exception.closed');
  if (note === null) return;
  if (CLOSED_BY_EVENTS.has(note.code)) {
    const problem = `"${note.code}" closes when the event comes that it waits for`;
    refuseRequest(folding, exceptionId, { request: 'exception.closed', problem });
    return;
  }
  close(folding, exceptionId, reason);
  forgetShift(folding, exceptionId);
  forgetSensorShift(folding, exceptionId);
}

function openException(
  folding: Folding,
  exceptionId: string,
  request: string,
): ExceptionNote | null {
  const note = lookedUp(folding.set.office.exceptions, exceptionId);
  if (note !== null && !note.closed) return note;
  const problem = note === null ? 'there is no such exception' : 'closed before';
  refuseRequest(folding, exceptionId, { request, problem });
  return null;
}
