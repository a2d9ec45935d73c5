import { describe, expect, it } from '@jest/globals';
import { parseStartOptions } from './start-options.js';

const parse = (...argv: string[]): ReturnType<typeof parseStartOptions> =>
  parseStartOptions(argv, '/clone', true);

describe('parseStartOptions', () => {
  it('starts everything when asked for nothing', () => {
    expect(parse()).toMatchObject({
      fresh: false,
      plant: true,
      streams: ['steel', 'ewaste', 'textiles'],
      portBase: 7100,
      secure: false,
    });
    expect(parse()).not.toHaveProperty('exitAfterSeconds');
  });

  it('reads every flag', () => {
    const argv =
      '--fresh --no-plant --rate 12050 --streams textiles,steel --sites 3 --port-base 8100';
    expect(parse(...argv.split(' '), '--data', 'here', '--secure', '--exit-after', '2.5')).toEqual({
      fresh: true,
      plant: false,
      rate: 12_050,
      streams: ['steel', 'textiles'],
      sites: 3,
      portBase: 8_100,
      dataDir: '/clone/here',
      secure: true,
      exitAfterSeconds: 2.5,
    });
  });

  it.each([
    ['--rate', '0'],
    ['--rate', 'many'],
    ['--sites', '1.5'],
    ['--streams', 'steel,glass'],
    ['--port-base', '80'],
    ['--exit-after', '-1'],
    ['--unknown', '1'],
  ])('refuses %s %s', (flag, value) => {
    expect(() => parse(flag, value)).toThrow();
  });
});
