import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { composeVariables } from '../../local/src/environments.js';

export const readYaml = (path: string): unknown =>
  parse(readFileSync(path, 'utf8'), { merge: true }) as unknown;

export interface ComposeService {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: unknown;
  readonly healthcheck?: { readonly test: readonly string[] };
}

/** docker-compose.yml as it is without any variable set. */
export function readCompose(): {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, object>>;
} {
  let text = readFileSync('docker-compose.yml', 'utf8');
  for (const { name, fallback } of composeVariables(text)) {
    text = text.replaceAll(`\${${name}:-${fallback}}`, fallback);
  }
  return parse(text, { merge: true }) as ReturnType<typeof readCompose>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly startupProbe?: object;
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: { readonly runAsNonRoot?: boolean };
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
}

export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly template: { readonly spec: PodSpec };
    readonly ports: readonly { readonly port: number }[];
  };
  readonly data?: Readonly<Record<string, string>>;
}

export const hasKubectl = (): boolean =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, 'kubectl')));

export function kustomize(folder: string): KubernetesObject[] {
  const text = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
}

/** All pods that objects lead to, by the name of what makes them. */
export const podsOf = (objects: readonly KubernetesObject[]): Map<string, PodSpec> =>
  new Map(
    objects
      .filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind))
      .map(({ metadata, spec }) => [metadata.name, spec.template.spec]),
  );

export const containersOf = (pod: PodSpec): readonly Container[] => [
  ...(pod.initContainers ?? []),
  ...pod.containers,
];

/** What a process does not know, and what it needs and is not given. */
export function environmentProblems(
  variables: readonly { readonly name: string; readonly required: boolean }[],
  given: readonly string[],
): string[] {
  const known = new Set(['APP', ...variables.flatMap(({ name }) => [name, `${name}_FILE`])]);
  return [
    ...given.filter((name) => !known.has(name)).map((name) => `${name} is not known`),
    ...variables
      .filter(({ name, required }) => required && !given.includes(name))
      .map(({ name }) => `${name} is not set`),
  ];
}
