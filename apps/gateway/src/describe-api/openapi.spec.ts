import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decodeStructured } from '#contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { arrival } from '../gateway.spec-tools.js';
import { problem } from '../problem.js';
import { checkEvents } from '../receive-events/check-events.js';
import { eventSchema, problemSchema } from './api-schemas.js';
import { openApiText } from './openapi.js';

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(openApiText())).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('is what `npm run generate` writes', () => {
    expect(readFileSync('docs/gateway-openapi.json', 'utf8')).toBe(openApiText());
  });

  it('refuses what the gateway refuses of the envelope, and takes what it takes', () => {
    const good = JSON.parse(arrival(3)) as Record<string, unknown>;
    const changes: Record<string, unknown>[] = [
      {},
      { actor: 'p-1', entrymode: 'manual', datacontenttype: 'application/json' },
      { specversion: '0.3' },
      { colour: 1 },
      { seq: 0 },
      { seq: '3' },
      { boot: 1.5 },
      { source: 'north' },
      { time: '2026-11-24T08:00:00Z' },
      { subject: 'no site' },
      { entrymode: 'guessed' },
      { type: 'gold.found' },
      { datacontenttype: 'text/plain' },
    ];
    const verdicts = changes.map((change) => {
      const event = { ...good, ...change };
      let takes = true;
      try {
        decodeStructured(Buffer.from(JSON.stringify(event)));
      } catch {
        takes = false;
      }
      return [change, takes, eventSchema.safeParse(event).success];
    });
    // Of `id` the schema knows the form only: that it repeats boot and seq is not for a schema.
    expect(verdicts.map(([, takes, described]) => takes === described)).toEqual(
      changes.map(() => true),
    );
    expect(verdicts.filter(([, takes]) => takes)).toHaveLength(2);
  });

  it('describes every problem that the gateway answers with', () => {
    const caller = {
      source: 'north.gate-1',
      siteId: 'north',
      kind: 'gate' as const,
      partition: 0,
      pending: false,
    };
    const lines = `${arrival(1).replace('"direction"', '"way"')}\n{"source":7}\n`;
    const verdict = checkEvents(Buffer.from(lines), 'lines', caller, 9);
    const problems = verdict.kind === 'refused' ? verdict.problems : [];
    expect(problems).toHaveLength(2);
    const { body } = problem(400, 'refused', { problems });
    expect(problemSchema.parse(body)).toEqual(body);
  });
});
