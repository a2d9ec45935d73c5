import { Counter, Gauge, type Registry, register } from 'prom-client';

/** What came of telling another site; closed, because it is a label. */
const OUTCOMES = ['accepted', 'refused', 'unreachable'] as const;

/** Figures of the notices for other sites. */
export class NotifyMetrics {
  readonly waiting: Gauge;
  readonly answers: Counter<'outcome'>;

  constructor(registry: Registry = register) {
    const registers = [registry];
    this.waiting = new Gauge({
      name: 'urbanmine_ledger_notices_waiting',
      help: 'Notices of received shipments that are not known to be in the log of the other site',
      registers,
    });
    this.answers = new Counter({
      name: 'urbanmine_ledger_notice_answers_total',
      help: 'Notices to other sites by outcome',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of OUTCOMES) this.answers.inc({ outcome }, 0);
  }
}
