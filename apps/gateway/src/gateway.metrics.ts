import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EventEnvelope, RejectReason } from '#contracts';
import type { InFlight } from './receive-events/in-flight.js';
import type { Caller } from './registry/directory.js';

/** Closed by the registry, as in the metrics of the line: only enrolled stations get this far. */
const STATION = ['site', 'station'] as const;
type Station = (typeof STATION)[number];

const OUTCOMES = ['accepted', 'invalid', 'forbidden', 'deferred'] as const;

/** Every metric of the gateway. Labels are closed: outcomes, routes, statuses, kinds, stations. */
export class GatewayMetrics {
  readonly events: Counter<'outcome'>;
  readonly requestSeconds: Histogram<'route' | 'status'>;
  private readonly dataBytes: Counter;
  private readonly lastAccepted: Gauge<'kind'>;
  private readonly lastSeen: Gauge<Station>;
  private readonly lag: Gauge<Station>;
  private readonly refusals: Counter<Station | 'reason'>;

  constructor(registry: Registry, inFlight: InFlight) {
    const registers = [registry];
    this.events = new Counter({
      name: 'urbanmine_gateway_events_total',
      help: 'Events by what became of them; deferred: the broker did not acknowledge in time',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of OUTCOMES) this.events.inc({ outcome }, 0);
    this.dataBytes = new Counter({
      name: 'urbanmine_gateway_accepted_data_bytes_total',
      help: 'Data bytes of accepted events',
      registers,
    });
    this.requestSeconds = new Histogram({
      name: 'urbanmine_gateway_request_seconds',
      help: 'Time to answer, acknowledgement of the broker included',
      labelNames: ['route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
    this.lastAccepted = new Gauge({
      name: 'urbanmine_gateway_last_accepted_timestamp_seconds',
      help: 'Unix time of the last accepted events, by kind of station',
      labelNames: ['kind'],
      registers,
    });
    this.lastSeen = new Gauge({
      name: 'urbanmine_gateway_station_last_seen_timestamp_seconds',
      help: 'Unix time of the last events of a station, accepted or refused',
      labelNames: STATION,
      registers,
    });
    this.lag = new Gauge({
      name: 'urbanmine_gateway_station_lag_seconds',
      help: "Age of the newest event last accepted of a station, by the station's own clock",
      labelNames: STATION,
      registers,
    });
    this.refusals = new Counter({
      name: 'urbanmine_gateway_station_refused_total',
      help: 'Events of a station that were refused, by reason',
      labelNames: [...STATION, 'reason'],
      registers,
    });
    registerInFlight(registers, inFlight);
  }

  /** Events of a station that the broker has. */
  accepted(caller: Caller, events: readonly EventEnvelope[]): void {
    this.events.inc({ outcome: 'accepted' }, events.length);
    this.dataBytes.inc(events.reduce((sum, { data }) => sum + data.length, 0));
    this.lastAccepted.setToCurrentTime({ kind: caller.kind });
    const newest = events.reduce((time, { attributes }) => maxText(time, attributes.time), '');
    const labels = labelsOf(caller);
    this.lastSeen.setToCurrentTime(labels);
    if (newest !== '') this.lag.set(labels, (Date.now() - Date.parse(newest)) / 1_000);
  }

  /** One event of a station that is refused. */
  refused(caller: Caller, reason: RejectReason): void {
    const labels = labelsOf(caller);
    this.lastSeen.setToCurrentTime(labels);
    this.refusals.inc({ ...labels, reason });
  }
}

const labelsOf = ({ siteId, source }: Caller): Record<Station, string> => ({
  site: siteId,
  station: source.slice(siteId.length + 1),
});

/** Times of one form order as texts do. */
const maxText = (one: string, other: string): string => (one > other ? one : other);

function registerInFlight(registers: Registry[], inFlight: InFlight): void {
  new Gauge({
    name: 'urbanmine_gateway_in_flight_requests',
    help: 'Requests being answered',
    registers,
    collect() {
      this.set(inFlight.requests);
    },
  });
  new Gauge({
    name: 'urbanmine_gateway_in_flight_bytes',
    help: 'Bytes of bodies held in memory',
    registers,
    collect() {
      this.set(inFlight.bytes);
    },
  });
}
