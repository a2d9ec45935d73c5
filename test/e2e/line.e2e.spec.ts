import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventEnvelope, decodeBody } from '#contracts';
import { urbanmine } from '#local';
import { type Page, fromApi } from '../line-reading.js';
import { CompletenessCheck, walkLog } from '../log-walk.js';
import { type RunningLine, startLine, until } from '../running-line.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The whole line, every process real: a simulated steel plant feeds it until a lot has been
 * delivered, sorted, balanced and dispatched. Then a stranger reads the log.
 */
describe('from the belt to a signed checkpoint', () => {
  let line: RunningLine;

  beforeAll(async () => {
    line = await startLine({ rate: 2_000 });
  }, 120_000);

  afterAll(async () => {
    await line.stop();
  }, 60_000);

  it('dispatches a steel lot whose run closes in integer mg', async () => {
    const lot = await until('a dispatched lot', 60_000, async () => {
      const page = await fromApi<Page<{ lotId: string; stream: string }>>(
        line,
        '/v1/lots?stream=steel&state=dispatched',
      );
      return page.items[0];
    });
    expect(lot.lotId).toMatch(/^north\./);
  }, 70_000);

  it('has a log that a stranger verifies, with every event of every station exactly once', async () => {
    const { items: sites } = await fromApi<Page<{ siteId: string }>>(line, '/v1/sites');
    expect(sites.map(({ siteId }) => siteId)).toEqual(['north']);
    const entries: EventEnvelope[] = [];
    const complete = new CompletenessCheck();
    const log = await walkLog(line.url('api'), 'north', (entry) => {
      complete.visit(entry);
      entries.push(entry);
    });
    expect(log.size).toBeGreaterThan(50);
    expect(complete.problems()).toEqual([]);
    expect(entries[0]?.attributes.type).toBe('urbanmine.reference.adopted.v1');
    const balances = entries
      .filter(({ attributes }) => attributes.type === 'urbanmine.custody.run.balanced.v1')
      .map(({ attributes, data }) => {
        const { key, data: fact } = decodeBody(
          attributes.type,
          JSON.parse(data.toString()) as unknown,
        );
        if (key !== 'runBalanced') throw new Error('not a balance');
        return fact;
      });
    expect(balances.length).toBeGreaterThan(0);
    for (const fact of balances) {
      const sum = (parts: readonly { massMg: string }[]): bigint =>
        parts.reduce((total, { massMg }) => total + BigInt(massMg), 0n);
      expect(BigInt(fact.feedMg)).toBe(
        sum(fact.outlets) + sum(fact.losses) + BigInt(fact.unaccountedMg),
      );
    }
  }, 30_000);

  it('closes its books', async () => {
    const balance = await fromApi<{ closes: boolean }>(line, '/v1/sites/north/balance');
    expect(balance.closes).toBe(true);
  });
  it('passes the audit: every fact follows from the entries by the rules, every seal holds', async () => {
    // Exits with an error when there is a finding.
    const printed = await urbanmine(ROOT, ['audit', `${line.url('api')}/log/north`, '--json']);
    expect(JSON.parse(printed)).toMatchObject({ findings: [] });
  }, 60_000);
});
