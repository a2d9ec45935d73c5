import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { TOPICS } from '#contracts';
import { PORTS } from '#local';
import { ENVIRONMENTS } from '../../local/src/environments.js';
import { BROKER_SETTINGS } from '../../local/src/kafka.js';
import { SERVER_SETTINGS } from '../../local/src/postgres.js';
import { parseStartOptions } from '../../local/src/start-options.js';
import { environmentProblems, readCompose, readYaml } from './manifests.js';

const PORT_BASE = 7_100;
const SERVICES = ['gateway', 'classifier', 'ledger', 'metrics', 'api'] as const;
const { services, volumes } = readCompose();
const service = (name: string): (typeof services)[string] => services[name]!;

describe('docker-compose.yml', () => {
  it('gives services and servers the ports that npm start gives them, on loopback only', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port] as const),
    );
    expect(published).toEqual([
      ...SERVICES.map((name) => {
        const port = PORT_BASE + PORTS[name];
        return [name, `127.0.0.1:${port}:${port}`];
      }),
      ['prometheus', `127.0.0.1:${PORT_BASE + PORTS.prometheus}:9090`],
      ['grafana', '127.0.0.1:7113:3000'],
    ]);
  });

  it.each([...SERVICES, 'plant'])('tells %s what it knows and all that it needs', (name) => {
    const environment = service(name).environment ?? {};
    expect(environment['APP']).toBe(name);
    expect(environmentProblems(ENVIRONMENTS[name]!, Object.keys(environment))).toEqual([]);
    const port = ENVIRONMENTS[name]!.find((variable) => variable.name === 'PORT')?.fallback;
    expect(String(environment['PORT'])).toBe(String(port));
  });

  it('has the commands make topics, schema and sites, and names no topic itself', () => {
    const { command, environment } = service('provision');
    expect(command).toEqual(['node', 'dist/apps/cli/src/main.js', 'provision']);
    expect(
      environmentProblems(ENVIRONMENTS['urbanmine provision']!, Object.keys(environment ?? {})),
    ).toEqual([]);
    expect(service('enrol').command).toEqual(
      expect.arrayContaining([
        'enrol-models',
        `--sites=${service('plant').environment!['PLANT_SITES']!}`,
      ]),
    );
    const text = JSON.stringify(services);
    expect(Object.values(TOPICS).filter((topic) => text.includes(topic.name))).toEqual([]);
  });

  it('plays the plant that npm start plays', () => {
    const options = parseStartOptions([], '/clone', true);
    expect(service('plant').environment).toMatchObject({
      PLANT_SITES: options.sites,
      PLANT_RATE: options.rate,
      PLANT_STREAMS: options.streams.join(','),
    });
  });

  it('gives the servers the settings that the local ones have', () => {
    const broker = service('kafka').environment!;
    for (const [name, value] of Object.entries(BROKER_SETTINGS)) {
      const variable = `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`;
      expect([variable, String(broker[variable])]).toEqual([variable, String(value)]);
    }
    expect(service('postgres').command).toEqual(
      expect.arrayContaining(SERVER_SETTINGS.map((setting) => `-c${setting}`)),
    );
    // The broker's data outlives its container.
    const [, folder] = service('kafka').volumes![0]!.split(':');
    expect(broker['KAFKA_LOG_DIRS']).toBe(folder);
  });

  it('mounts only what is there, and asks everybody who waits for somebody whether he is well', () => {
    const sources = Object.values(services).flatMap(({ volumes: mounts = [] }) =>
      mounts.map((mount) => mount.split(':')[0]!),
    );
    const missing = sources.filter((source) =>
      source.startsWith('.') ? !existsSync(source) : !(source in volumes),
    );
    expect(missing).toEqual([]);
    const awaited = Object.values(services).flatMap(({ depends_on: before }) =>
      Object.entries((before ?? {}) as Record<string, { readonly condition?: string }>)
        .filter(([, { condition }]) => condition === 'service_healthy')
        .map(([name]) => name),
    );
    expect(awaited.filter((name) => service(name).healthcheck === undefined)).toEqual([]);
  });
});

describe('observability', () => {
  it('scrapes every service at its port, in compose', () => {
    const targets = readYaml('observability/targets/compose.yml') as {
      targets: string[];
      labels: { app: string };
    }[];
    expect(targets).toEqual(
      SERVICES.map((app) => ({ targets: [`${app}:${PORT_BASE + PORTS[app]}`], labels: { app } })),
    );
  });

  it('finds rules, targets, data source and dashboards where compose puts them', () => {
    const config = readYaml('observability/prometheus.yml') as {
      rule_files: string[];
      scrape_configs: { file_sd_configs: { files: string[] }[] }[];
    };
    expect(config.rule_files).toEqual(['rules/*.rules.yml']);
    expect(config.scrape_configs[0]?.file_sd_configs[0]?.files).toEqual(['targets/*.yml']);
    const mounts = service('prometheus').volumes!;
    for (const folder of ['rules', 'targets']) {
      expect(mounts).toContain(`./observability/${folder}:/etc/prometheus/${folder}:ro`);
    }
    const sources = readYaml('observability/grafana/provisioning/datasources/prometheus.yml') as {
      datasources: { url: string; uid: string }[];
    };
    expect(sources.datasources).toMatchObject([
      { url: 'http://prometheus:9090', uid: 'prometheus' },
    ]);
    const dashboards = readYaml('observability/grafana/provisioning/dashboards/urbanmine.yml') as {
      providers: { options: { path: string } }[];
    };
    expect(service('grafana').volumes).toContain(
      `./observability/grafana/dashboards:${dashboards.providers[0]!.options.path}:ro`,
    );
  });
});
