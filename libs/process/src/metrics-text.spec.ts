import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { MetricsText } from './metrics-text.js';

/** One of everything. */
function registryOf(): { registry: Registry; touch: (label: string, value: number) => void } {
  const registry = new Registry();
  const config = { registers: [registry], labelNames: ['site', 'class'] };
  const counter = new Counter({ ...config, name: 'a_total', help: 'with \\ and\nline' });
  const gauge = new Gauge({ ...config, name: 'b_grams', help: 'b' });
  const anew = new Gauge({
    ...config,
    name: 'c_seconds',
    help: 'c',
    collect() {
      this.reset();
      this.set({ site: 'north' }, 1);
    },
  });
  new Gauge({ registers: [registry], name: 'd', help: 'none has set it' });
  const histogram = new Histogram({ ...config, name: 'e_seconds', help: 'e', buckets: [1, 2] });
  const summary = new Summary({ ...config, name: 'f_seconds', help: 'f' });
  const touch = (label: string, value: number): void => {
    counter.inc({ site: label, class: '"' }, Math.abs(value));
    gauge.set({ site: label, class: label }, value);
    anew.set({ site: label }, 3);
    histogram.observe({ site: label }, value);
    summary.observe({ class: label }, value);
    if (label === '') gauge.remove({ site: label, class: label });
  };
  return { registry, touch };
}

const step = fc.tuple(
  fc.oneof(fc.constantFrom('', 'north', 'a"b\\c\nd'), fc.string()),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

describe('the text of a scrape', () => {
  it('is what prom-client would write, at every scrape anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const { registry, touch } = registryOf();
        const metrics = new MetricsText(registry);
        expect(await metrics.text()).toBe(await registry.metrics());
        for (const part of [1, 2]) {
          for (const [label, value] of steps) touch(label, value / part);
          expect(await metrics.text()).toBe(await registry.metrics());
        }
      }),
    );
  });

  it('names a series once, however often its value changes', async () => {
    const registry = new Registry();
    const counter = new Counter({
      name: 'a_total',
      help: 'a',
      labelNames: ['site'],
      registers: [registry],
    });
    let readings = 0;
    const site = {
      toString: () => {
        readings++;
        return 'north';
      },
    };
    const metrics = new MetricsText(registry);
    const scrape = async (): Promise<number> => {
      counter.inc({ site: site as unknown as string }, 0.5);
      readings = 0;
      await metrics.text();
      return readings;
    };
    expect([await scrape(), await scrape(), await scrape()]).toEqual([1, 0, 0]);
    expect(await metrics.text()).toContain('a_total{site="north"} 1.5');
  });

  it('of an empty registry is empty', async () => {
    const registry = new Registry();
    expect(await new MetricsText(registry).text()).toBe(await registry.metrics());
  });

  it.each([Number.NaN, Infinity, -Infinity])('says %d as prom-client does', async (value) => {
    const registry = new Registry();
    new Gauge({ name: 'a', help: 'a', registers: [registry] }).set(value);
    expect(await new MetricsText(registry).text()).toBe(await registry.metrics());
  });
});
