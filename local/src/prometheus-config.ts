import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';

/** A process to scrape. */
export interface ScrapeTarget {
  app: string;
  /** host:port */
  address: string;
}

/**
 * The repository's `observability/prometheus.yml` for this run: its rule files by absolute path, and beside it
 * `targets/local.yml` with the addresses in use, where its relative `targets/*.yml` looks. Returns the path of the
 * written `<dataDir>/prometheus.yml`; undefined when `root` has no such file.
 */
export function writePrometheusConfig(
  root: string,
  dataDir: string,
  scraped: readonly ScrapeTarget[],
): string | undefined {
  const source = join(root, 'observability', 'prometheus.yml');
  if (!existsSync(source)) return undefined;
  const config = parse(readFileSync(source, 'utf8')) as { rule_files?: string[] };
  if (config.rule_files) {
    config.rule_files = config.rule_files.map((file) => resolve(dirname(source), file));
  }
  mkdirSync(join(dataDir, 'targets'), { recursive: true });
  const targets = scraped.map(({ app, address }) => ({
    targets: [address],
    labels: { app },
  }));
  writeFileSync(join(dataDir, 'targets', 'local.yml'), stringify(targets));
  const target = join(dataDir, 'prometheus.yml');
  writeFileSync(target, stringify(config));
  return target;
}
