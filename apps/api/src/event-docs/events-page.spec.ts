import { describe, expect, it } from '@jest/globals';
import { EVENTS, FACTS, TOPICS, dataSchema } from '#contracts';
import { eventsPage } from './events-page.js';
import { schemaRows } from './schema-rows.js';

describe('the page of events', () => {
  const page = eventsPage();

  it('has every event, fact and topic, each once', () => {
    for (const { type } of [...Object.values(EVENTS), ...Object.values(FACTS)]) {
      expect(page.split(`id="${type}"`)).toHaveLength(2);
      expect(page).toContain(`href="#${type}"`);
    }
    for (const { name } of Object.values(TOPICS)) expect(page).toContain(`urbanmine.${name}`);
  });

  it('loads nothing from elsewhere and runs nothing', () => {
    expect(page).not.toMatch(/<script|<img|<link|@import|[ :]url\(/);
  });

  it('shows nested fields with type and meaning', () => {
    const rows = schemaRows(dataSchema(EVENTS.deliveryCompleted));
    expect(rows).toContainEqual({
      path: 'lines[].massMg',
      type: 'integer 0…',
      required: true,
      description: 'Mass in whole milligrams',
    });
    expect(rows).toContainEqual(expect.objectContaining({ path: 'deductions', required: false }));
  });

  it('shows what alternatives have in common once', () => {
    const paths = schemaRows(dataSchema(EVENTS.processMetered)).map(({ path }) => path);
    expect(paths.filter((path) => path === 'metered.cumulativeMg')).toHaveLength(1);
    expect(paths).toContain('metered.cumulativeWh');
  });
});
