import { describe, expect, it } from '@jest/globals';
import { PoisonError } from '#contracts';
import { createLogger, nestLogger } from './logger.js';

function capture(): { lines: Record<string, unknown>[]; write(text: string): void } {
  const lines: Record<string, unknown>[] = [];
  return { lines, write: (text) => lines.push(JSON.parse(text) as Record<string, unknown>) };
}

describe('createLogger', () => {
  it('writes one JSON line with name, level and time', () => {
    const out = capture();
    createLogger('ledger', 'info', out).info({ partition: 3 }, 'claimed');
    expect(out.lines[0]).toMatchObject({
      name: 'ledger',
      level: 'info',
      partition: 3,
      msg: 'claimed',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('drops confidential members and what drivers attach to errors', () => {
    const out = capture();
    const error = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (plate)=(M-UM 1) already exists.',
    });
    createLogger('api', 'info', out).error({
      err: error,
      token: 't',
      request: { authorization: 'Bearer t', headers: { cookie: 'c' } },
    });
    expect(out.lines[0]).toMatchObject({ err: { message: 'duplicate key', code: '23505' } });
    expect(JSON.stringify(out.lines[0])).not.toMatch(/M-UM|Bearer|"token"|"cookie"/);
  });

  it('keeps of what could not be read the reason, not the words that quote it', () => {
    const out = capture();
    const cause = new PoisonError('data: Unexpected token, "M-UM 1"', 'data-not-json');
    createLogger('ledger', 'info', out).error({ err: new Error('stopped', { cause }) });
    expect(out.lines[0]).toMatchObject({
      err: { message: 'stopped', cause: { type: 'PoisonError', message: 'data-not-json' } },
    });
    expect(JSON.stringify(out.lines[0])).not.toContain('M-UM');
  });

  it("carries Nest's lines with their context", () => {
    const out = capture();
    const nest = nestLogger(createLogger('api', 'debug', out));
    nest.log('started', 'NestApplication');
    nest.error(new Error('boom'), 'ExceptionsHandler');
    expect(out.lines[0]).toMatchObject({ msg: 'started', context: 'NestApplication' });
    expect(out.lines[1]).toMatchObject({ level: 'error', err: { message: 'boom' } });
  });
});
