import { Buffer } from 'node:buffer';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { EVENTS, digestsOf } from '#contracts';
import { type StreamRecord, decodeRecord } from '#custody';
import { CompletenessCheck } from './completeness-check.js';
import { Findings } from './findings.js';
import { SealCheck, type SealCounts } from './seal-check.js';
import { type Said, SITE, SealingStation } from './spec-station.js';
import { StationKeys } from './station-keys.js';

let belt: SealingStation;
let findings: Findings;
let seals: SealCheck;
let completeness: CompletenessCheck;
let index: number;

const feed = (cumulativeMg: number): Said =>
  belt.say('feedMetered', `${SITE}.run-1`, {
    runId: `${SITE}.run-1`,
    lotId: `${SITE}.lot-1`,
    cumulativeMg,
    uncertaintyMg: 1,
    method: 'belt-scale',
  });

const taken = (said: Said): StreamRecord => decodeRecord({ ...said, ingestTimeMs: 0 });

function enter(...events: readonly Said[]): void {
  for (const said of events) {
    const record = taken(said);
    seals.visit(record, index);
    completeness.visit(record.attributes, index, null);
    index++;
  }
}

const counts = (): SealCounts => seals.counts().get(belt.source)!;
const classes = (): string[] => [...findings.byClass.keys()];

/** What the station says in a slot whose event the gateway refused. */
function voidOf(refused: Said): Said {
  const { attributes, data } = digestsOf(refused.attributes, refused.value);
  const body = {
    attributesSha256: attributes.toString('hex'),
    dataSha256: data.toString('hex'),
    reason: 'too large',
  };
  return {
    attributes: { ...refused.attributes, type: EVENTS.eventVoided.type },
    value: Buffer.from(JSON.stringify(body)),
  };
}

beforeEach(() => {
  belt = new SealingStation('belt', 'belt-scale', 14);
  findings = new Findings();
  const keys = new StationKeys(findings);
  keys.adopt(
    {
      siteId: SITE,
      version: 1,
      name: 'North yard',
      partition: 0,
      lines: [],
      stations: [
        {
          source: belt.source,
          kind: 'belt-scale',
          publicKey: belt.publicKey,
          tokenSha256: '00'.repeat(32),
        },
      ],
      scales: [],
    },
    0,
  );
  seals = new SealCheck(keys, findings);
  completeness = new CompletenessCheck(findings);
  index = 0;
});

describe('the check of seals', () => {
  it('verifies what the station said, seal after seal', () => {
    enter(feed(1), feed(2), belt.seal(), feed(3), belt.seal());
    expect(counts()).toEqual({ verified: 2, failed: 0, incomplete: 0, unsealed: 1 });
    expect(classes()).toEqual([]);
  });

  it('waits for a slot in a gap, and verifies once it is filled late', () => {
    const [first, second, seal] = [feed(1), feed(2), belt.seal()];
    enter(first, seal, second);
    expect(counts()).toMatchObject({ verified: 1, incomplete: 0 });
  });

  it('is incomplete while a slot is missing', () => {
    feed(1);
    enter(feed(2), belt.seal());
    expect(counts()).toMatchObject({ verified: 0, failed: 0, incomplete: 1 });
  });

  it('takes a refused event by the digests that its void names, and its bytes when they come', () => {
    const refused = feed(1);
    enter(voidOf(refused), belt.seal());
    expect(counts()).toMatchObject({ verified: 1 });
    enter(refused);
    expect(classes()).toEqual([]);
  });

  it('fails a seal whose beginning is not the end of the one before', () => {
    enter(feed(1), belt.seal());
    const other = new SealingStation('belt', 'belt-scale', 14);
    other.say('feedMetered', `${SITE}.run-1`, {
      runId: `${SITE}.run-1`,
      lotId: `${SITE}.lot-1`,
      cumulativeMg: 9,
      uncertaintyMg: 1,
      method: 'belt-scale',
    });
    other.seal();
    enter(other.seal());
    expect(classes()).toContain('seal-chain');
  });

  it('knows the new key only by the word of the old one', () => {
    const other = new SealingStation('belt', 'belt-scale', 99);
    const signature = Buffer.alloc(64, 1).toString('base64');
    const stated = { newPublicKey: other.publicKey, signature };
    enter(belt.say('stationKeychanged', belt.source, stated));
    expect(classes()).toEqual(['key-changed-unstated']);
  });
});

describe('the check of completeness', () => {
  it('finds a hole that no gap declares, and no hole where one does', () => {
    const [first, , third] = [feed(1), feed(2), feed(3)];
    enter(first, third);
    completeness.end();
    expect(classes()).toEqual(['completeness']);
  });

  it('takes a declared gap for the seqs in it, filled late or not', () => {
    const [first, second, , fourth] = [feed(1), feed(2), feed(3), feed(4)];
    enter(first);
    const gap = { firstSeq: 2, lastSeq: 3, reason: 'timeout' as const, restsOn: 0 };
    const ledger = { ...first.attributes, source: `${SITE}/ledger`, boot: 0, seq: 1 };
    completeness.visit(ledger, index, {
      key: 'gapDeclared',
      data: { station: belt.source, boot: first.attributes.boot, ...gap },
    });
    enter(fourth, second);
    const stations = completeness.end();
    expect(classes()).toEqual([]);
    expect(stations.get(`${belt.source} ${first.attributes.boot}`)).toEqual({
      events: 3,
      gapped: 1,
    });
  });
});
