import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Dashboard, dashboardJson } from './dashboard.js';
import { DASHBOARDS } from './dashboards.js';

const FOLDER = 'observability/grafana/dashboards';

describe('the dashboards', () => {
  it.each(DASHBOARDS.map((one): [string, Dashboard] => [one.slug, one]))(
    '%s is provisioned as its module says; else run `npm run generate`',
    (slug, dashboard) => {
      expect(readFileSync(`${FOLDER}/${slug}.json`, 'utf8')).toBe(dashboardJson(dashboard));
    },
  );

  it('are all there is, and every panel explains itself', () => {
    const files = globSync(`${FOLDER}/*.json`).map((file) => file.slice(FOLDER.length + 1, -5));
    expect(files.sort()).toEqual(DASHBOARDS.map(({ slug }) => slug).sort());
    const panels = DASHBOARDS.flatMap(({ sections }) => sections).flatMap((one) => one.panels);
    for (const { title, description, queries, width, alerts = [] } of panels) {
      expect([title, description.length > 10, queries.length > 0]).toEqual([title, true, true]);
      expect(width).toBeLessThanOrEqual(24);
      for (const name of alerts) expect(existsSync(`docs/runbooks/${name}.md`)).toBe(true);
    }
  });
});
