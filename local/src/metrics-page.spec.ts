import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { metricsPage } from './metrics-page.js';

it('docs/metrics.md says what the code defines; else run `npm run generate`', async () => {
  const page = await metricsPage();
  expect(readFileSync('docs/metrics.md', 'utf8')).toBe(page);
  for (const app of ['gateway', 'classifier', 'ledger', 'metrics', 'api']) {
    expect(page).toContain(`\n## ${app}\n`);
  }
});
