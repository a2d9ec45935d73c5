import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';

/**
 * The repository's `observability/prometheus.yml` as this run needs it: rule files by absolute path, and the ports of
 * 71xx moved to the base in use. Written to `<dataDir>/prometheus.yml`; undefined when the repository has none.
 */
export function writePrometheusConfig(
  root: string,
  dataDir: string,
  portBase: number,
): string | undefined {
  const source = join(root, 'observability', 'prometheus.yml');
  if (!existsSync(source)) return undefined;
  const moved = readFileSync(source, 'utf8').replace(
    /(127\.0\.0\.1|localhost):71(\d\d)\b/g,
    (_, host: string, port: string) => `${host}:${portBase + Number(port)}`,
  );
  const config = parse(moved) as { rule_files?: string[] };
  if (config.rule_files) {
    config.rule_files = config.rule_files.map((file) => resolve(dirname(source), file));
  }
  const target = join(dataDir, 'prometheus.yml');
  writeFileSync(target, stringify(config));
  return target;
}
