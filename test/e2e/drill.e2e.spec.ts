import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { prometheusBinary } from '../../local/src/prometheus.js';
import { stoppedLedger } from '../drills/stopped-ledger.js';
import { runDrill } from '../drills/run-drill.js';

// The reporter names this at the end of a run without the tool; the gate demands it.
const withPrometheus = prometheusBinary() ? it : it.skip;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('a drill', () => {
  withPrometheus(
    'makes its alert fire in the real Prometheus and clear, and no other page',
    async () => {
      const told: string[] = [];
      const outcome = await runDrill(ROOT, stoppedLedger, (text) => told.push(text));
      if (outcome.problem !== null) throw new Error(`${outcome.problem}: ${told.join('; ')}`);
      expect(outcome.alerts.map(({ alert }) => alert)).toEqual(['LedgerStopped']);
    },
    240_000,
  );
});
