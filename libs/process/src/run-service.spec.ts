import { Controller, Get, Module } from '@nestjs/common';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { afterEach, describe, expect, it } from '@jest/globals';
import { InvariantError } from '#contracts';
import { Registry } from 'prom-client';
import { createLogger } from './logger.js';
import { checkReadiness, type ReadinessCheck } from './readiness.js';
import { exitCodeOf, type RunningService, startService } from './run-service.js';

const order: string[] = [];

@Controller()
class SlowController {
  @Get('/slow')
  async slow(): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, 150));
    order.push('answered');
    return 'done';
  }
}

@Module({ controllers: [SlowController] })
class TestModule {
  onApplicationShutdown(): void {
    order.push('pool closed');
  }
}

class RecordingTransport extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    order.push('transport started');
    callback();
  }
  close(): void {
    order.push('transport stopped');
  }
  on(): void {
    order.push('on');
  }
  unwrap(): never {
    throw new Error('there is nothing to unwrap');
  }
}

let service: RunningService | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function start(checks: readonly ReadinessCheck[]): Promise<string> {
  service = await startService(
    {
      name: 'test',
      module: TestModule,
      port: 0,
      host: '127.0.0.1',
      logger: createLogger('test', 'silent'),
      registry: new Registry(),
      transports: () => [new RecordingTransport()],
      readiness: () => checks,
    },
    () => undefined,
  );
  return `http://127.0.0.1:${service.port}`;
}

describe('startService', () => {
  it('is alive while a dependency is away, and says what it waits for', async () => {
    const base = await start([
      { name: 'database', check: () => ({ ready: false, reason: 'connection refused' }) },
    ]);
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    const ready = await fetch(`${base}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      ready: false,
      checks: [
        { name: 'service', ready: true },
        { name: 'database', ready: false, reason: 'connection refused' },
      ],
    });
  });

  it('serves process metrics', async () => {
    const base = await start([]);
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    const text = await (await fetch(`${base}/metrics`)).text();
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('stops transports first, answers what is under way, then closes the modules', async () => {
    const base = await start([]);
    order.length = 0;
    const answer = fetch(`${base}/slow`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([service?.stop(), service?.stop()]);
    expect(await (await answer).text()).toBe('done');
    expect(order.slice(0, 1)).toEqual(['transport stopped']);
    expect(order.slice(-1)).toEqual(['pool closed']);
    expect(order).toContain('answered');
  });
});

describe('checkReadiness', () => {
  it('reports a check that hangs or throws instead of waiting for it', async () => {
    const report = await checkReadiness(
      [
        { name: 'hangs', check: () => new Promise(() => undefined) },
        {
          name: 'throws',
          check: () => {
            throw new Error('no route to host');
          },
        },
      ],
      20,
    );
    expect(report.checks).toEqual([
      { name: 'hangs', ready: false, reason: 'no answer within 20 ms' },
      { name: 'throws', ready: false, reason: 'no route to host' },
    ]);
  });
});

describe('exitCodeOf', () => {
  it('tells a broken invariant from any other error', () => {
    expect(exitCodeOf(new InvariantError('x'))).toBe(70);
    expect(exitCodeOf(new Error('x'))).toBe(1);
  });
});
