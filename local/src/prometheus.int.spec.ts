import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, testDataDir } from '#local';
import { prometheusBinary } from './prometheus.js';
import { writePrometheusConfig } from './prometheus-config.js';

const CONFIG = `
global: { scrape_interval: 200ms }
rule_files: [rules/*.yml]
scrape_configs:
  - job_name: urbanmine
    file_sd_configs: [{ files: [targets/*.yml] }]
`;
const RULES = `
groups: [{ name: g, interval: 200ms, rules: [{ record: doubled, expr: answer * 2 }] }]
`;

// The reporter names this at the end of a run without the tool; the gate demands it.
const withPrometheus = prometheusBinary() ? it : it.skip;

describe('Prometheus in the stack', () => {
  withPrometheus(
    'scrapes the addresses of this run and applies the rules of the repository',
    async () => {
      const service = createServer((_, response) => {
        response.end('answer 21\n');
      }).listen(0, '127.0.0.1');
      await once(service, 'listening');
      const { port } = service.address() as AddressInfo;
      const root = mkdtempSync(join(tmpdir(), 'urbanmine-root-'));
      mkdirSync(join(root, 'observability', 'rules'), { recursive: true });
      writeFileSync(join(root, 'observability', 'prometheus.yml'), CONFIG);
      writeFileSync(join(root, 'observability', 'rules', 'a.yml'), RULES);
      const dataDir = testDataDir();
      const target = { app: 'gateway', address: `127.0.0.1:${port}` };
      const configFile = writePrometheusConfig(root, dataDir, [target]);

      const stack = await startStack({
        dataDir,
        portBase: 'free',
        databaseUrl: process.env.TEST_DATABASE_URL,
        kafkaBrokers: process.env.TEST_KAFKA_BROKERS?.split(','),
        prometheus: { configFile: configFile! },
        throwAway: true,
      });
      try {
        let result: unknown[] = [];
        for (const deadline = Date.now() + 10_000; result.length === 0 && Date.now() < deadline;) {
          await sleep(100);
          const query = 'doubled{app="gateway"}';
          const url = `${stack.prometheusUrl!}/api/v1/query?query=${encodeURIComponent(query)}`;
          ({ result } = (
            (await (await fetch(url)).json()) as { data: { result: unknown[] } }
          ).data);
        }
        expect(result).toMatchObject([{ value: [expect.any(Number), '42'] }]);
      } finally {
        await stack.stop();
        service.close();
        rmSync(root, { recursive: true });
      }
    },
    20_000,
  );
});
