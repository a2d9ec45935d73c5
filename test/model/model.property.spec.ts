import type { Buffer } from 'node:buffer';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeEntry } from '#contracts';
import { Replay, type ReplayEntry, decodeRecord, factSource } from '#custody';
import { type Command, commandsOf } from './commands.js';
import { MODEL_RULES } from './estimates-check.js';
import type { SiteUnderTest } from './site-under-test.js';
import { smallest } from './smallest.js';
import { Tally } from './tally.js';
import { TwoSites } from './two-sites.js';

/**
 * Two sites under commands in any order against the model of them, with the ledger's invariants
 * after each. MODEL_RUNS makes it longer: each run is 200 commands.
 */
const COMMANDS = 200;
const RUNS = Number(process.env['MODEL_RUNS'] ?? 100);

/** What PROPERTY_SEED sets, so that what is printed draws the same again. */
const seed = fc.readConfigureGlobal().seed ?? Date.now() % 0x8000_0000;

function taken(entry: Buffer, siteId: string): ReplayEntry {
  const { attributes, data } = decodeEntry(entry);
  const isFact = attributes.source === factSource(siteId);
  const record = isFact ? null : decodeRecord({ attributes, value: data, ingestTimeMs: 0 });
  return { entry, attributes, data, record };
}

/** What an auditor makes of the log, from its entries alone. */
function findingsOf({ siteId, digest, registry, ledger }: SiteUnderTest): readonly unknown[] {
  const replay = new Replay(siteId, MODEL_RULES);
  replay.addRegistry(digest, registry);
  const { entries } = ledger.log;
  for (const entry of entries) {
    const next = taken(entry, siteId);
    const typed = next.record?.typed;
    if (typed?.key === 'eventCorrected') {
      const { logIndex } = typed.data.errs;
      replay.addOriginal(logIndex, taken(entries[logIndex]!, siteId));
    }
    replay.push(next);
  }
  replay.end();
  return replay.findings;
}

/** Undefined, or what did not hold. */
function failureOf(drawn: readonly Command[], tally = new Tally()): Error | undefined {
  try {
    const both = new TwoSites(tally);
    for (const one of drawn) both.run(one);
    for (const site of both.sites) {
      site.ledger.log.checkAll();
      expect(findingsOf(site)).toEqual([]);
      tally.differed += site.ledger.estimates.differed;
    }
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** The failure that the fewest of these commands still make, whatever it is. */
function told(drawn: readonly Command[]): Error {
  const few = smallest(drawn, (some) => failureOf(some) !== undefined);
  const failure = failureOf(few);
  const commands = few.map((one) => JSON.stringify(one)).join('\n');
  const what = `${String(failure)}\nafter ${few.length} commands:\n${commands}`;
  return new Error(what, { cause: failure });
}

describe('two sites under commands', () => {
  const tally = new Tally();
  afterAll(() => {
    process.stderr.write(`model: seed ${seed}, ${tally.commands} commands: ${String(tally)}\n`);
  });

  it('are what their model says, with every invariant after each command, and audit clean', () => {
    fc.assert(
      fc.property(commandsOf(COMMANDS), (drawn) => {
        if (failureOf(drawn, tally) !== undefined) throw told(drawn);
      }),
      { numRuns: RUNS, seed },
    );
    expect(tally.commands).toBe(RUNS * COMMANDS);
    expect(tally.idle).toEqual([]);
    expect(tally.differed).toBeGreaterThan(0);
  }, 600_000);
});
