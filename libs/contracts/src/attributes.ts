import { PoisonError } from './errors.js';

/** How an event came to be recorded (design, section 2). */
export const ENTRY_MODES = ['automatic', 'manual', 'backdated'] as const;
export type EntryMode = (typeof ENTRY_MODES)[number];

/**
 * CloudEvents 1.0 attributes of an event, with our extensions. `id` is not among them: it is
 * always `<boot>.<seq>`, so identity is (source, boot, seq) and needs no random number.
 */
export interface EventAttributes {
  /** `<siteId>.<station>`; facts of the ledger have `<siteId>/ledger`. */
  readonly source: string;
  /** Unix second in which the station's spool was made. */
  readonly boot: number;
  /** 1, 2, 3 … per source and boot. */
  readonly seq: number;
  /** `urbanmine.<name>.v1`. */
  readonly type: string;
  /** RFC 3339, UTC, milliseconds: when it happened at the station. */
  readonly time: string;
  /** Run, lot or visit id, else the station (design, section 2). */
  readonly subject: string;
  readonly siteid: string;
  readonly actor?: string;
  readonly entrymode?: EntryMode;
  readonly dataschema?: string;
  /** W3C trace context; never part of the log entry or of a seal. */
  readonly traceparent?: string;
}

/** An event as it travels: attributes and the exact data bytes that the station sent. */
export interface EventEnvelope {
  readonly attributes: EventAttributes;
  readonly data: Buffer;
}

export const SITE_ID = /^[a-z0-9][a-z0-9-]{0,30}$/;
export const STATION_SOURCE = /^[a-z0-9][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,62}$/;
/** A station, or the ledger of another site. */
export const SPEAKER_SOURCE = /^[a-z0-9][a-z0-9-]{0,30}(\.[a-z0-9][a-z0-9-]{0,62}|\/ledger)$/;
const PEER_SOURCE = /^[a-z0-9][a-z0-9-]{0,30}\/ledger$/;
/**
 * Our own speakers; a station can never have such a source. `<site>/gateway.<station>` marks what
 * the gateway rejects of that station's own topic.
 */
export const OWN_SOURCE =
  /^[a-z0-9][a-z0-9-]{0,30}\/(ledger|classifier|gateway(\.[a-z0-9][a-z0-9-]{0,62})?)$/;
/** Ids of lots, runs, visits, shipments carry their site as prefix. */
export const SITE_SCOPED_ID = /^[a-z0-9][a-z0-9-]{0,30}\.[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/;
export const EVENT_TYPE = /^urbanmine\.[a-z]+(\.[a-z]+)*\.v[1-9][0-9]*$/;
export const EVENT_TIME = /^(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** The one type that the ledger of one site says in the log of another. */
const PEER_TYPE = 'urbanmine.transfer.notified.v1';

/** Limits of design, section 2, in bytes. */
export const ATTRIBUTES_BYTES_MAX = 1_024;
export const DATA_BYTES_MAX = 60_000;
export const FRAME_DATA_BYTES_MAX = 48_000;
export const CLASSIFICATION_BYTES_MAX = 14_000;
export const ENTRY_BYTES_MAX = 65_535;

/** Text attributes in the order of the attribute block (design, section 2, Sealing). */
const BLOCK_ORDER = [
  'source',
  'boot',
  'seq',
  'type',
  'time',
  'subject',
  'siteid',
  'actor',
  'entrymode',
  'dataschema',
] as const;

/** CloudEvents `id`. */
export const eventId = (attributes: Pick<EventAttributes, 'boot' | 'seq'>): string =>
  `${attributes.boot}.${attributes.seq}`;

/**
 * The bytes of the attributes that a seal covers: one line each, LF-ended, absent = empty line
 * (design, section 2, Sealing).
 */
export function attributeBlock(attributes: EventAttributes): Buffer {
  let text = '';
  for (const name of BLOCK_ORDER) text += `${attributes[name] ?? ''}\n`;
  return Buffer.from(text);
}

/** The site that a source or a site-scoped id belongs to. */
export const siteOf = (id: string): string => id.slice(0, Math.max(0, id.search(/[./]/)));

/** Date.parse takes the 30th of February for the 2nd of March, which no database does. */
const isEventTime = (time: string): boolean => {
  const ms = EVENT_TIME.test(time) ? Date.parse(time) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString() === time;
};

const CONTROL = /[\u0000-\u001f\u007f]/;

/** Every problem of the attributes, as `<attribute>: <what is wrong>`. Empty = good. */
export function attributeProblems(attributes: EventAttributes): string[] {
  const problems: string[] = [];
  const check = (good: boolean, problem: string): void => {
    if (!good) problems.push(problem);
  };
  const { source, boot, seq, type, time, subject, siteid, entrymode } = attributes;
  check(SITE_ID.test(siteid), `siteid: "${siteid}" is not a site id`);
  check(
    STATION_SOURCE.test(source) || OWN_SOURCE.test(source),
    `source: "${source}" is not <site>.<station>`,
  );
  check(
    siteOf(source) === siteid || (type === PEER_TYPE && source.endsWith('/ledger')),
    `source: "${source}" is not of site "${siteid}"`,
  );
  check(Number.isSafeInteger(boot) && boot >= 0, 'boot: not a whole number of Unix seconds');
  check(Number.isSafeInteger(seq) && seq >= 1, 'seq: not a whole number from 1');
  check(EVENT_TYPE.test(type), `type: "${type}" is not urbanmine.<name>.v<n>`);
  check(
    isEventTime(time),
    `time: "${time}" is not RFC 3339 UTC with milliseconds, as 2026-11-24T08:00:00.000Z`,
  );
  check(
    subject === source ||
      (SITE_SCOPED_ID.test(subject) && siteOf(subject) === siteid) ||
      // Of what another site's ledger said here, or did not, our own one states facts.
      (source === `${siteid}/ledger` && PEER_SOURCE.test(subject)),
    `subject: "${subject}" does not begin with "${siteid}."`,
  );
  check(
    entrymode === undefined || ENTRY_MODES.includes(entrymode),
    `entrymode: "${String(entrymode)}" is none of ${ENTRY_MODES.join(', ')}`,
  );
  for (const name of [...BLOCK_ORDER, 'traceparent'] as const) {
    const value = attributes[name];
    if (typeof value === 'string') {
      check(value !== '', `${name}: empty; leave it out instead`);
      check(!CONTROL.test(value), `${name}: holds a control character`);
    }
  }
  const bytes = attributeBlock(attributes).length;
  check(
    bytes <= ATTRIBUTES_BYTES_MAX,
    `attributes: ${bytes} bytes together, at most ${ATTRIBUTES_BYTES_MAX}`,
  );
  return problems;
}

/** Throws a PoisonError that names every problem. */
export function assertAttributes(attributes: EventAttributes): void {
  const problems = attributeProblems(attributes);
  if (problems.length > 0) throw new PoisonError(problems.join('; '), 'attributes-invalid');
}
