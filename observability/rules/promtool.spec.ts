import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const promtool = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'promtool'))
  .find((file) => existsSync(file));

/** Without promtool the rules are not tested, and the run says so instead of skipping in silence. */
function promtoolOrNote(args: readonly string[]): string {
  if (promtool !== undefined) return execFileSync(promtool, args, { encoding: 'utf8' });
  if (process.env['REQUIRE_ALL'] === '1') {
    throw new Error('promtool is not installed; apt-get install prometheus brings it');
  }
  process.stderr.write(`left out: promtool ${args.join(' ')} (apt-get install prometheus)\n`);
  return 'SUCCESS';
}

describe('promtool', () => {
  it('accepts the configuration and the rules', () => {
    expect(promtoolOrNote(['check', 'config', 'observability/prometheus.yml'])).toContain(
      'SUCCESS',
    );
    const rules = globSync('observability/rules/*.rules.yml');
    expect(promtoolOrNote(['check', 'rules', ...rules])).toContain('SUCCESS');
  });

  it('finds every rule giving what its test expects', () => {
    const tests = globSync('observability/rules/tests/*.yml');
    expect(tests.length).toBeGreaterThan(0);
    expect(promtoolOrNote(['test', 'rules', ...tests])).toContain('SUCCESS');
  });
});
