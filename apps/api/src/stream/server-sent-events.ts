/** Server-sent events (WHATWG HTML, section 9.2). */
export interface ServerSentEvent {
  /** Comes back as `Last-Event-ID` after a lost connection. */
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Keeps proxies from closing a stream on which nothing happens. */
export const HEARTBEAT = ': still here\n\n';

/** JSON has no line break outside strings and escapes those inside, so one `data` line suffices. */
export const formatEvent = ({ id, event, data }: ServerSentEvent): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** How far a reader has come: the seq of the last fact it has, by site. */
export type Positions = Readonly<Record<string, number>>;

/** `north:12,south:4`: short, and readable where it turns up in a log. */
export const formatPositions = (positions: Positions): string =>
  Object.keys(positions)
    .sort()
    .map((siteId) => `${siteId}:${positions[siteId]}`)
    .join(',');

const POSITIONS =
  /^[a-z0-9][a-z0-9-]{0,30}:(0|[1-9][0-9]{0,14})(,[a-z0-9][a-z0-9-]{0,30}:(0|[1-9][0-9]{0,14}))*$/;

/** Inverse of `formatPositions`; null when it is not one of ours. */
export function parsePositions(text: string): Positions | null {
  if (!POSITIONS.test(text)) return null;
  return Object.fromEntries(
    text.split(',').map((part) => {
      const at = part.indexOf(':');
      return [part.slice(0, at), Number(part.slice(at + 1))];
    }),
  );
}
