import { BadRequestException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { isDatabaseAway, toProblem } from './problem.filter.js';

const withCode = (code: string, message = 'x'): Error =>
  Object.assign(new Error(message), { code });

describe('a problem', () => {
  it('says what is wrong', () => {
    expect(toProblem(new BadRequestException('limit: too big'), '/v1/lots')).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'limit: too big',
      instance: '/v1/lots',
    });
    expect(toProblem(new NotFoundException(), '/').status).toBe(404);
  });

  it('says 503 while the database is away, wrapped or not', () => {
    const away = [
      withCode('ECONNREFUSED'),
      withCode('57P01'),
      new Error('Connection terminated unexpectedly'),
      Object.assign(new Error('query failed'), { driverError: withCode('08006') }),
    ];
    for (const error of away) expect(toProblem(error, '/').status).toBe(503);
    expect(isDatabaseAway(withCode('42P01'))).toBe(false);
  });

  it('tells nothing of our insides otherwise', () => {
    const problem = toProblem(withCode('42601', 'syntax error at "secret"'), '/');
    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });
});
