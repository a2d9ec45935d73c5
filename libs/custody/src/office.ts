import type { EventAttributes, TypedData } from '#contracts';
import { claimRequested } from './claims.js';
import { eventCorrected } from './corrections.js';
import type { Folding } from './folding.js';
import { exceptionAcknowledged, exceptionClosedByOffice } from './office-exceptions.js';
import { periodClosing } from './periods.js';
import { gradingRequested } from './regrading.js';
import { rulesAdopted } from './rules-adopted.js';

/** What the office asks for. A request that cannot be granted is answered, and changes nothing. */

type OfficeData = Extract<
  TypedData,
  {
    readonly key:
      | 'gradingRequested'
      | 'claimRequested'
      | 'exceptionAcknowledged'
      | 'exceptionClosedByOffice'
      | 'periodClosing'
      | 'eventCorrected'
      | 'rulesAdopted';
  }
>;

export function bookOffice(folding: Folding, typed: OfficeData, attributes: EventAttributes): void {
  switch (typed.key) {
    case 'gradingRequested':
      gradingRequested(folding, typed.data);
      return;
    case 'claimRequested':
      claimRequested(folding, typed.data);
      return;
    case 'exceptionAcknowledged':
      exceptionAcknowledged(folding, typed.data, attributes);
      return;
    case 'exceptionClosedByOffice':
      exceptionClosedByOffice(folding, typed.data);
      return;
    case 'periodClosing':
      periodClosing(folding, typed.data);
      return;
    case 'eventCorrected':
      eventCorrected(folding, typed.data, attributes);
      return;
    case 'rulesAdopted':
      rulesAdopted(folding, typed.data);
      return;
  }
}
