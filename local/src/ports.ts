import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PortTakenError, StackError } from './stack-error.js';

/** Where everything listens, relative to the base (docs: 7100). */
export const PORTS = {
  gateway: 1,
  classifier: 2,
  ledger: 3,
  metrics: 4,
  api: 5,
  postgres: 10,
  kafka: 11,
  prometheus: 12,
  kafkaController: 19,
} as const;

/** Offsets of everything that a whole line listens on. */
export const allPorts = (): number[] => Object.values(PORTS);

/** Whether nobody listens on this loopback port. */
async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Errors: PortTakenError when another program listens there. */
export async function assertFree(port: number, what: string): Promise<void> {
  if (await isFree(port)) return;
  throw new PortTakenError(
    `Port ${port}, meant for ${what}, is taken by another program. Stop it, or choose other ports: --port-base N`,
  );
}

/**
 * A base whose ports are free now. All lie below 32768, where the range begins from which systems take the near end of
 * outgoing connections.
 */
export async function freePortBase(offsets: number[]): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const base = randomInt(500, 1_600) * 20;
    const free = await Promise.all(offsets.map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new StackError('No block of free ports found between 10000 and 32000');
}
