import type { Buffer } from 'node:buffer';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { InvariantError, decodeEntry } from '#contracts';
import { correct } from '../../../test/arbitraries/corrections.js';
import { delivery, id } from '../../../test/arbitraries/site-day.js';
import {
  REGISTRY_DIGEST,
  SITE,
  START_MS,
  Station,
  type StationEvent,
  adoption,
  at,
  emptySite,
  loadAndFold,
  registry,
} from '../../../test/arbitraries/site-stream.js';
import { decodeRecord } from './decode-record.js';
import { factSource } from './facts.js';
import { FIRST_RULES, RULES, type RuleVersions, rulesDigest } from './limits.js';
import type { ReplayEntry, ReplayFinding } from './replay-entry.js';
import { Replay } from './replay.js';

const KG = 1_000_000;
const first = RULES.get(FIRST_RULES)!;
/** The second version lets one person put right less than the first. */
const second = { ...first, correctionLimitMg: 100 * KG };
const versions: RuleVersions = new Map([
  [FIRST_RULES, first],
  [2, second],
]);

function taken(entry: Buffer): ReplayEntry {
  const { attributes, data } = decodeEntry(entry);
  const isOurs = attributes.source === factSource(SITE);
  const record = isOurs ? null : decodeRecord({ attributes, value: data, ingestTimeMs: 0 });
  return { entry, attributes, data, record };
}

function audit(entries: readonly Buffer[], rules: RuleVersions): readonly ReplayFinding[] {
  const replay = new Replay(SITE, rules);
  replay.addRegistry(REGISTRY_DIGEST, registry);
  for (const entry of entries) {
    const next = taken(entry);
    const typed = next.record?.typed;
    if (typed?.key === 'eventCorrected') {
      const { logIndex } = typed.data.errs;
      replay.addOriginal(logIndex, taken(entries[logIndex]!));
    }
    replay.push(next);
  }
  replay.end();
  return replay.findings;
}

/** One person takes 500 kg off a ticket under the first version, and again under the second. */
describe('a log over a switch of the rules', () => {
  const entries: Buffer[] = [];
  let corrections: number[] = [];

  beforeAll(() => {
    const set = emptySite(versions);
    let events = 0;
    const say = (event: StationEvent): number => {
      const place = entries.length;
      events += 1;
      entries.push(...loadAndFold(set, [at(event, START_MS + events * 100)]).entries);
      return place;
    };
    const [gate, office] = [new Station('gate'), new Station('office')];
    const ticket = (massMg: number) => delivery('visit-1', { 'lot-1': massMg });
    say(adoption());
    const wrong = gate.say('deliveryCompleted', id('visit-1'), ticket(2_000 * KG));
    const place = say(wrong);
    corrections = [say(correct(office, wrong, place, ticket(1_500 * KG)))];
    const digest = rulesDigest(second);
    say(office.say('rulesAdopted', office.source, { version: 2, digest }));
    corrections.push(say(correct(office, wrong, place, ticket(1_000 * KG))));
  });

  const factsAfter = (index: number): string =>
    entries
      .slice(index + 1, index + 3)
      .map((entry) => entry.toString())
      .join('\n');

  it('shows each correction judged by the rules of its time', () => {
    expect(factsAfter(corrections[0]!)).toContain('event-corrected');
    expect(factsAfter(corrections[1]!)).toContain('request-refused');
  });

  it('audits clean with the rules of each time', () => {
    expect(audit(entries, versions)).toEqual([]);
  });

  it('differs where one version is taken for the other', () => {
    const early = new Map([...versions, [FIRST_RULES, second]]);
    const [found] = audit(entries, early);
    expect(found).toMatchObject({ class: 'fact-differs', index: corrections[0]! + 1 });
    expect(() => audit(entries, new Map([...versions, [2, first]]))).toThrow(InvariantError);
  });

  it('cannot be audited by a release that lacks the later version', () => {
    expect(() => audit(entries, RULES)).toThrow('install the release that has it');
  });
});
