import { describe, expect, it } from '@jest/globals';
import { homePage, kilograms } from './page.js';

describe('the page', () => {
  it('shows names as text, never as markup', () => {
    const html = homePage({
      logOrigin: 'urbanmine.local/log',
      lots: [],
      sites: [
        {
          siteId: 'north',
          name: '<script>"&\'',
          treeSize: 3,
          checkpoint: null,
          streamTime: '2026-11-24T08:00:00.000Z',
          lotsOpen: 0,
          runsOpen: 0,
        },
      ],
    });
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;&quot;&amp;&#39;');
    expect(html).toContain('There is no lot yet.');
    expect(html).toContain('urbanmine.local/log/north');
  });

  it.each([
    ['0', '0.000'],
    ['999', '0.000'],
    ['1000', '0.001'],
    ['1234567', '1.234'],
    ['-1234567', '−1.234'],
    ['1234567890123', '1 234 567.890'],
  ])('shows %s mg as %s kg', (mg, kg) => {
    expect(kilograms(mg)).toBe(kg);
  });
});
