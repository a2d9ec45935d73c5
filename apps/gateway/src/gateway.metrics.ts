import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { InFlight } from './receive-events/in-flight.js';

const OUTCOMES = ['accepted', 'invalid', 'forbidden', 'deferred'] as const;

/** Every metric of the gateway. Labels are closed: outcomes, routes, statuses, station kinds. */
export class GatewayMetrics {
  readonly events: Counter<'outcome'>;
  readonly dataBytes: Counter;
  readonly requestSeconds: Histogram<'route' | 'status'>;
  readonly lastAccepted: Gauge<'kind'>;

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
}
