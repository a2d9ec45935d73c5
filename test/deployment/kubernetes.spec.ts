import { describe, expect, it } from '@jest/globals';
import { TOPICS } from '#contracts';
import { PORTS } from '#local';
import { ENVIRONMENTS } from '../../local/src/environments.js';
import { BROKER_SETTINGS } from '../../local/src/kafka.js';
import { SERVER_SETTINGS } from '../../local/src/postgres.js';
import {
  type Container,
  type KubernetesObject,
  containersOf,
  environmentProblems,
  hasKubectl,
  kustomize,
  podsOf,
} from './manifests.js';

const SERVICES = ['gateway', 'classifier', 'ledger', 'metrics', 'api'] as const;
const PORT_BASE = 7_100;
/** The base leaves it to who deploys; the overlay brings it. */
const SECRET = { DATABASE_URL: '' };

const isThere = hasKubectl();
if (!isThere) {
  const omission =
    'left out: building the manifests, no kubectl (apt-get install kubernetes-client)';
  if (process.env['REQUIRE_ALL'] === '1') throw new Error(omission);
  process.stderr.write(`${omission}\n`);
}

/** Names of all variables that a container gets. */
function given(objects: readonly KubernetesObject[], container: Container): string[] {
  const maps = (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }) => {
    const map = objects.find(({ metadata }) => metadata.name === configMapRef?.name);
    return Object.keys(secretRef === undefined ? (map?.data ?? {}) : SECRET);
  });
  return [...(container.env ?? []).map(({ name }) => name), ...maps];
}

(isThere ? describe : describe.skip).each(['k8s/base', 'k8s/overlays/single-node'])(
  '%s',
  (folder) => {
    const objects = isThere ? kustomize(folder) : [];
    const pods = podsOf(objects);

    it.each(SERVICES)('runs %s on its port, with all that it needs', (name) => {
      const [container] = pods.get(name)!.containers;
      const port = PORT_BASE + PORTS[name];
      expect(container?.ports?.map(({ containerPort }) => containerPort)).toEqual([port]);
      const service = objects.find(
        ({ kind, metadata }) => kind === 'Service' && metadata.name === name,
      );
      expect(service?.spec.ports.map((entry) => entry.port)).toEqual([port]);
      const env = new Map((container?.env ?? []).map((entry) => [entry.name, entry.value]));
      expect([env.get('APP'), env.get('PORT')]).toEqual([name, String(port)]);
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
        expect(container?.[probe]).toBeDefined();
      }
    });

    it('sets what processes know and need', () => {
      const known = new Set(
        Object.values(ENVIRONMENTS).flatMap((all) => all.map(({ name }) => name)),
      );
      for (const name of [...SERVICES, 'provision', 'plant']) {
        const container = pods.get(name)?.containers[0];
        if (container === undefined) continue;
        const variables = ENVIRONMENTS[name === 'provision' ? 'urbanmine provision' : name]!;
        const names = given(objects, container);
        // The one map is for all: what one of them knows may be told to another.
        const own = names.filter((variable) => !(variable in (mapOf(objects).data ?? {})));
        const problems = [
          ...environmentProblems(variables, own).filter((text) => text.endsWith('not known')),
          ...environmentProblems(variables, names).filter((text) => text.endsWith('not set')),
        ];
        expect([name, problems]).toEqual([name, []]);
      }
      expect(Object.keys(mapOf(objects).data ?? {}).filter((name) => !known.has(name))).toEqual([]);
    });

    it('tells the database only to who reads it', () => {
      for (const [name, pod] of pods) {
        const knows = (ENVIRONMENTS[name] ?? []).some((variable) => variable.name in SECRET);
        if (!(SERVICES as readonly string[]).includes(name)) continue;
        const told = pod.containers.some(({ envFrom = [] }) =>
          envFrom.some((from) => from.secretRef),
        );
        expect([name, told]).toEqual([name, knows]);
      }
    });

    it('runs nothing as root or with a token of the cluster', () => {
      for (const [name, pod] of pods) {
        expect([name, pod.securityContext?.runAsNonRoot]).toEqual([name, true]);
        expect([name, pod.automountServiceAccountToken]).toEqual([name, false]);
        expect([name, pod.enableServiceLinks]).toEqual([name, false]);
        for (const { securityContext } of containersOf(pod)) {
          expect(securityContext).toMatchObject({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
          });
        }
      }
    });

    it('names no topic', () => {
      const text = JSON.stringify(objects);
      expect(Object.values(TOPICS).filter((topic) => text.includes(topic.name))).toEqual([]);
    });
  },
);

(isThere ? describe : describe.skip)('k8s/components/servers', () => {
  it('gives the servers the settings that the local ones have', () => {
    const pods = podsOf(kustomize('k8s/overlays/single-node'));
    const broker = new Map(
      pods.get('kafka')!.containers[0]!.env!.map(({ name, value }) => [name, value]),
    );
    for (const [name, value] of Object.entries(BROKER_SETTINGS)) {
      const variable = `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`;
      expect([variable, broker.get(variable)]).toEqual([variable, String(value)]);
    }
    expect(pods.get('postgres')!.containers[0]!.args).toEqual(
      expect.arrayContaining(SERVER_SETTINGS.map((setting) => `-c${setting}`)),
    );
  });
});

const mapOf = (objects: readonly KubernetesObject[]): KubernetesObject =>
  objects.find(({ kind }) => kind === 'ConfigMap')!;
