import { apiEnvironment } from '../../apps/api/src/api.config.js';
import { classifierEnvironment } from '../../apps/classifier/src/classifier.config.js';
import { agentEnvironment } from '../../apps/cli/src/station-agent/agent-settings.js';
import { provisionEnvironment } from '../../apps/cli/src/provision/provision.config.js';
import { gatewayEnvironment } from '../../apps/gateway/src/gateway.config.js';
import { ledgerEnvironment } from '../../apps/ledger/src/ledger.config.js';
import { metricsEnvironment } from '../../apps/metrics/src/metrics.config.js';
import { plantEnvironment } from '../../apps/plant/src/plant.config.js';
import { type VariableDescription, describeEnvironment } from '#process';

/** What each process reads from its environment, as its own schema says. */
export const ENVIRONMENTS: Readonly<Record<string, readonly VariableDescription[]>> = {
  gateway: describeEnvironment(gatewayEnvironment),
  classifier: describeEnvironment(classifierEnvironment),
  ledger: describeEnvironment(ledgerEnvironment),
  metrics: describeEnvironment(metricsEnvironment),
  api: describeEnvironment(apiEnvironment),
  plant: describeEnvironment(plantEnvironment),
  'urbanmine station agent': describeEnvironment(agentEnvironment),
  'urbanmine provision': describeEnvironment(provisionEnvironment),
};

/** A variable of docker-compose.yml itself, written there as `${NAME:-default}`. */
export interface ComposeVariable {
  readonly name: string;
  readonly fallback: string;
}

/** Throws when a variable has two defaults. */
export function composeVariables(compose: string): ComposeVariable[] {
  const found = new Map<string, string>();
  for (const [, name, fallback] of compose.matchAll(/\$\{(\w+):-([^}]*)\}/g)) {
    const before = found.get(name!) ?? fallback!;
    if (before !== fallback) throw new Error(`${name!} has two defaults: ${before}, ${fallback!}`);
    found.set(name!, before);
  }
  return [...found].map(([name, fallback]) => ({ name, fallback }));
}
