import type { ExceptionCode } from '#contracts';
import { fact, factSource } from './facts.js';
import type { Folding } from './folding.js';
import type { ExceptionState } from './model.js';

const SEVERITY: Readonly<Record<ExceptionCode, ExceptionState['severity']>> = {
  'unknown-lot': 'warning',
  'unknown-run': 'warning',
  'unknown-shipment': 'warning',
  'transit-difference': 'warning',
  'lot-overdrawn': 'warning',
  'run-started-twice': 'notice',
  'run-closed-twice': 'notice',
  'run-unbalanced': 'warning',
  'outlets-exceed-feed': 'critical',
  'estimate-difference': 'warning',
  'scale-shift': 'warning',
  'sensor-shift': 'warning',
  'shipment-exceeds-lot': 'warning',
  'closing-difference': 'warning',
  'delivery-mismatch': 'warning',
  'lot-delivered-twice': 'warning',
  'lot-already-closed': 'warning',
  'radiation-alarm': 'critical',
  'sealed-container': 'warning',
  'lower-boot': 'warning',
  'subject-mismatch': 'warning',
  'reference-conflict': 'critical',
  'late-after-balance': 'notice',
  'body-invalid': 'warning',
  'seal-failed': 'critical',
  'key-change-refused': 'critical',
  equivocation: 'critical',
  'quarantined-lot-shipped': 'critical',
  'quarantined-lot-used': 'critical',
  'release-refused': 'warning',
  'custody-raise-refused': 'warning',
  'lot-circular': 'warning',
  'request-refused': 'notice',
  'credits-overdrawn': 'critical',
  'event-corrected': 'notice',
  'upstream-corrected': 'notice',
  'claim-doubtful': 'warning',
  'hazard-found': 'critical',
  'recovery-exceeds-shipment': 'critical',
};

/**
 * Takes note of something that a person should look at. `about` is a lot, run, visit or source;
 * `figures` explain it, masses as decimal strings in mg. Returns the exception's id.
 */
export function raise(
  folding: Folding,
  code: ExceptionCode,
  about: string,
  figures: Readonly<Record<string, string>> = {},
): string {
  const { siteId, factSeq } = folding.site;
  const exceptionId = `${siteId}.exception-${factSeq + 1}`;
  const severity = SEVERITY[code];
  const stated = fact(folding, 'exceptionRaised', factSource(siteId), {
    exceptionId,
    code,
    severity,
    about,
    figures,
  });
  folding.set.office.exceptions.set(exceptionId, {
    exceptionId,
    code,
    acknowledged: false,
    closed: false,
  });
  folding.raised.push({
    exceptionId,
    code,
    severity,
    about,
    figures,
    time: stated.attributes.time,
    raisedIndex: stated.logIndex,
  });
  return exceptionId;
}

/** Closes an exception: what it waited for has come. */
export function close(folding: Folding, exceptionId: string, reason: string): void {
  const subject = factSource(folding.site.siteId);
  const { logIndex } = fact(folding, 'exceptionClosed', subject, { exceptionId, reason });
  folding.closed.push({ exceptionId, reason, logIndex });
  const note = folding.set.office.exceptions.get(exceptionId);
  if (note !== undefined && note !== null) note.closed = true;
}

/** A request of the office that cannot be granted: a value, and nothing has changed. */
export function refuseRequest(
  folding: Folding,
  about: string,
  figures: Readonly<Record<string, string | number>>,
): void {
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(figures)) texts[name] = String(text).slice(0, 160);
  raise(folding, 'request-refused', about, texts);
}
