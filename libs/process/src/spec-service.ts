/** A service that `run-service.int.spec.ts` starts as a process of its own. */
import { Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { InvariantError } from '#contracts';
import { Registry } from 'prom-client';
import { createLogger } from './logger.js';
import { runService } from './run-service.js';

class EmptyModule {
  readonly name = 'empty';
}
Module({})(EmptyModule);

const failures: Record<string, () => void> = {
  '/invariant': () => {
    throw new InvariantError('the balance does not close');
  },
  '/rejection': () => void Promise.reject(new Error('nobody waits for this')),
};

function configure(app: NestExpressApplication): void {
  app.use((request: { url: string }, response: { end(text: string): void }, next: () => void) => {
    const fail = failures[request.url];
    if (fail !== undefined) setTimeout(fail, 10);
    if (request.url === '/slow')
      setTimeout(() => {
        response.end('done');
      }, 300);
    else if (request.url !== '/stuck') next();
  });
}

await runService({
  name: 'spec',
  module: EmptyModule,
  port: 0,
  host: '127.0.0.1',
  logger: createLogger('spec'),
  registry: new Registry(),
  configure,
  shutdownDeadlineMs: Number(process.env['DEADLINE_MS']),
});
