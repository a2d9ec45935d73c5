import { writeFileSync } from 'node:fs';
import { type Dashboard, dashboardJson } from './dashboard.js';
import { DASHBOARDS } from './dashboards.js';

/** Part of `npm run generate`, at the root of the repository. */
const write = (dashboard: Dashboard): void => {
  writeFileSync(
    `observability/grafana/dashboards/${dashboard.slug}.json`,
    dashboardJson(dashboard),
  );
};
DASHBOARDS.forEach(write);
