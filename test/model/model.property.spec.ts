import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeEntry } from '#contracts';
import { Replay, type ReplayEntry, decodeRecord, factSource } from '#custody';
import { REGISTRY_DIGEST, SITE, registry } from '../arbitraries/site-stream.js';
import { SiteUnderTest } from './site-under-test.js';

/**
 * A site under commands in any order against the model of it, with the ledger's invariants after
 * each. MODEL_RUNS makes it longer: each run is 100 commands.
 */
const COMMANDS = 100;
const RUNS = Number(process.env['MODEL_RUNS'] ?? 200);

const massMg = fc.integer({ min: 0, max: 5_000 });
const pick = fc.nat({ max: 50 });
const afterMs = fc.constantFrom(0, 10, 10, 1_000, 20_000, 61_000);
type Name = 'deliver' | 'start' | 'feed' | 'weigh' | 'scan' | 'close' | 'ship' | 'ask';
type Way = 'arrive' | 'lose' | 'again';

interface Command {
  readonly name: Name | Way;
  readonly figures: readonly number[];
}

const command = (
  weight: number,
  name: Command['name'],
  ...figures: fc.Arbitrary<number>[]
): fc.WeightedArbitrary<Command> => ({
  weight,
  arbitrary: fc.record({ name: fc.constant(name), figures: fc.tuple(...figures) }),
});

const commands = fc.array(
  fc.oneof(
    command(3, 'deliver', massMg),
    command(1, 'start', pick),
    command(3, 'feed', pick, pick, massMg),
    command(3, 'weigh', pick, pick, massMg),
    command(2, 'scan', pick, massMg),
    command(1, 'close', pick),
    command(2, 'ship', pick, massMg),
    command(3, 'ask', pick, pick, massMg),
    command(18, 'arrive', pick, afterMs),
    command(1, 'lose', pick),
    command(2, 'again', pick, afterMs),
  ),
  { minLength: COMMANDS, maxLength: COMMANDS },
);

function run(site: SiteUnderTest, { name, figures }: Command): void {
  const [a, b = 0, c = 0] = figures as [number, number?, number?];
  const acts: Readonly<Record<Command['name'], () => void>> = {
    deliver: () => {
      site.deliver(a);
    },
    start: () => {
      site.start(a);
    },
    feed: () => {
      site.feed(a, b, c);
    },
    weigh: () => {
      site.weigh(a, b, c);
    },
    scan: () => {
      site.scan(a, b);
    },
    close: () => {
      site.close(a);
    },
    ship: () => {
      site.ship(a, b);
    },
    ask: () => {
      site.ask(a, b, c);
    },
    arrive: () => {
      site.arrive(a, b);
    },
    lose: () => {
      site.lose(a);
    },
    again: () => {
      site.again(a, b);
    },
  };
  acts[name]();
}

function taken(entry: Buffer): ReplayEntry {
  const { attributes, data } = decodeEntry(entry);
  const isFact = attributes.source === factSource(SITE);
  const record = isFact ? null : decodeRecord({ attributes, value: data, ingestTimeMs: 0 });
  return { entry, attributes, data, record };
}

describe('a site under commands', () => {
  let done = 0;
  afterAll(() => {
    process.stderr.write(`model: ${done} commands\n`);
  });

  it('is what its model says, with every invariant after each command, and audits clean', () => {
    fc.assert(
      fc.property(commands, (drawn) => {
        const site = new SiteUnderTest();
        for (const one of drawn) {
          run(site, one);
          done++;
        }
        site.ledger.checkRoot();
        const replay = new Replay(SITE);
        replay.addRegistry(REGISTRY_DIGEST, registry);
        for (const entry of site.ledger.entries) replay.push(taken(entry));
        replay.end();
        expect(replay.findings).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(done).toBeGreaterThanOrEqual(RUNS * COMMANDS);
  }, 600_000);
});
