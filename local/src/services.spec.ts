import { describe, expect, it } from '@jest/globals';
import { planServices } from './services.js';
import { parseStartOptions } from './start-options.js';

const stack = {
  databaseUrl: 'postgres://u:p@127.0.0.1:8110/d',
  kafkaBrokers: ['127.0.0.1:8111', '127.0.0.1:8112'],
  dataDir: '/data',
  portBase: 8_100,
};

function plan(...argv: string[]): ReturnType<typeof planServices> {
  return planServices('/clone', parseStartOptions(argv, '/clone', true), stack);
}

describe('planServices', () => {
  it('gives each service its port, its folder and the same addresses', () => {
    const services = plan();
    expect(services.map(({ name, env }) => [name, env.PORT])).toEqual([
      ['gateway', '8101'],
      ['classifier', '8102'],
      ['ledger', '8103'],
      ['metrics', '8104'],
      ['api', '8105'],
      ['plant', undefined],
    ]);
    for (const { name, env, entry } of services) {
      expect(entry).toBe(`/clone/dist/apps/${name}/src/main.js`);
      expect(env).toMatchObject({
        DATABASE_URL: stack.databaseUrl,
        KAFKA_BROKERS: '127.0.0.1:8111,127.0.0.1:8112',
        HOST: '127.0.0.1',
        DATA_DIR: `/data/${name}`,
        GATEWAY_URL: 'http://127.0.0.1:8101',
        TOKENS_FILE: '/data/tokens.json',
      });
    }
  });

  it('tells the plant what to play, and leaves it out on request', () => {
    expect(plan('--rate', '12050', '--sites', '4', '--streams', 'steel').at(-1)?.env).toMatchObject(
      {
        PLANT_RATE: '12050',
        PLANT_SITES: '4',
        PLANT_STREAMS: 'steel',
      },
    );
    expect(plan('--no-plant').map(({ name }) => name)).not.toContain('plant');
  });
});
