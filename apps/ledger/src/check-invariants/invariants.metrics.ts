import { Counter, Gauge, type Registry, register } from 'prom-client';
import { INVARIANTS } from './invariants.store.js';

/** Figures of the looks that the ledger takes at its own books. */
export class InvariantMetrics {
  readonly checks: Counter<'invariant'>;
  readonly broken: Gauge<'invariant'>;

  constructor(registry: Registry = register) {
    const registers = [registry];
    this.checks = new Counter({
      name: 'urbanmine_ledger_invariant_checks_total',
      help: 'Looks at the books, by the invariant that they were held to',
      labelNames: ['invariant'],
      registers,
    });
    this.broken = new Gauge({
      name: 'urbanmine_ledger_invariants_broken',
      help: 'Accounts, lots or chunks that broke an invariant at the last look; must be 0',
      labelNames: ['invariant'],
      registers,
    });
    for (const invariant of INVARIANTS) {
      this.checks.inc({ invariant }, 0);
      this.broken.set({ invariant }, 0);
    }
  }
}
