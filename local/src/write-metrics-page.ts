import { writeFileSync } from 'node:fs';
import { metricsPage } from './metrics-page.js';

/** Part of `npm run generate`, at the root of the repository. */
writeFileSync('docs/metrics.md', await metricsPage());
