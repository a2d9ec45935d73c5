import { Buffer } from 'node:buffer';
import { createHash, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type DataOf, EVENTS, attributeBlock } from '#contracts';
import { Sealing, publicKeyText, stationKey } from '../../../test/arbitraries/sealing.js';
import { Day, codesOf } from '../../../test/arbitraries/site-day.js';
import {
  BOOT,
  Station,
  type StationEvent,
  calibration,
} from '../../../test/arbitraries/site-stream.js';
import { FIRST_RULES, RULES } from './limits.js';
import type { SealChain } from './model.js';

/** A station that says things of no weight and seals them. */
class Sealer {
  readonly station: Station;
  sealing: Sealing;

  constructor(
    name: string,
    boot = BOOT,
    readonly key = stationKey(`north.${name}`),
  ) {
    this.station = new Station(name, boot);
    this.sealing = new Sealing(this.key);
  }

  says(): StationEvent {
    return this.followed(calibration(this.station));
  }

  seals(change: Partial<DataOf<'stationSealed'>> = {}): StationEvent {
    const { source, boot } = this.station;
    const seal = { ...this.sealing.seal(source, boot), ...change };
    return this.followed(this.station.say('stationSealed', source, seal));
  }

  names(to: string, signer = this.key): StationEvent {
    const { source } = this.station;
    const text = Buffer.from(`urbanmine/key/v1\n${source}\n${to}\n`);
    const signature = sign(null, text, signer).toString('base64');
    return this.followed(
      this.station.say('stationKeychanged', source, { newPublicKey: to, signature }),
    );
  }

  private followed(event: StationEvent): StationEvent {
    this.sealing.follow(event);
    return event;
  }
}

const chainOf = (day: Day, { station }: Sealer): SealChain =>
  day.set.boots.get(`${station.source} ${station.boot}`)!.seals!;

const figuresOf = ({ exceptionsRaised }: ReturnType<Day['fold']>): unknown[] =>
  exceptionsRaised.map(({ figures }) => figures);

const SEAL_LINKS_MAX = RULES.get(FIRST_RULES)!.sealLinksMax;

describe('a seal', () => {
  it('of another key, of a station without one, or of an impossible range fails', () => {
    const day = new Day();
    const thief = new Sealer('floor', BOOT, stationKey('thief'));
    const stranger = new Sealer('stranger');
    expect(figuresOf(day.fold(thief.says(), thief.seals()))).toMatchObject([
      { problem: 'signature', firstSeq: '1', lastSeq: '1', boot: String(BOOT) },
    ]);
    expect(figuresOf(day.fold(stranger.says(), stranger.seals()))).toMatchObject([
      { problem: 'no-key' },
    ]);
    expect(chainOf(day, thief)).toMatchObject({ verified: 0, failed: 1 });
  });

  it('that does not begin where the one before ended fails, and the next is good again', () => {
    const day = new Day();
    const floor = new Sealer('floor');
    day.fold(floor.says(), floor.seals());
    // A spool that was put back to an older state.
    const events = [floor.says(), floor.seals()];
    floor.sealing = new Sealing(floor.key);
    floor.sealing.followDigests(4, Buffer.alloc(32), Buffer.alloc(32));
    day.fold(...events);
    const result = day.fold(floor.says(), floor.seals());
    expect(codesOf(result)).toEqual([`seal-failed ${floor.station.source}`]);
  });

  it('may cover some events fewer than stand before it', () => {
    const day = new Day();
    const floor = new Sealer('floor');
    const { source, boot } = floor.station;
    const [one, two] = [floor.says(), floor.says()];
    const early = floor.sealing.seal(source, boot);
    const [three, four] = [floor.says(), floor.says()];
    const seal = floor.station.say('stationSealed', source, early);
    floor.sealing.follow(seal);
    day.fold(one, two, three, four, seal, floor.says(), floor.seals());
    expect(chainOf(day, floor)).toMatchObject({ verified: 2, failed: 0, incomplete: 0 });
  });

  it('holds what a void names, and not the void', () => {
    const day = new Day();
    const floor = new Sealer('floor');
    const refused = floor.says();
    const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    const voided: StationEvent = {
      attributes: { ...refused.attributes, type: EVENTS.eventVoided.type },
      value: Buffer.from(
        JSON.stringify({
          attributesSha256: sha256(attributeBlock(refused.attributes)),
          dataSha256: sha256(refused.value),
          reason: 'refused',
        }),
      ),
    };
    day.fold(voided, floor.seals());
    expect(chainOf(day, floor)).toMatchObject({ verified: 1, failed: 0 });
  });

  it('is incomplete for good where too much came after a hole, and later ones are checked', () => {
    const day = new Day();
    const floor = new Sealer('floor');
    const [, ...rest] = Array.from({ length: SEAL_LINKS_MAX + 10 }, () => floor.says());
    day.fold(...rest);
    day.wait(61);
    day.fold(floor.seals(), floor.says(), floor.seals());
    expect(chainOf(day, floor)).toMatchObject({ verified: 1, failed: 0, incomplete: 1, open: [] });
  });
});

describe('a missing seal', () => {
  it('leaves what it covered checked by its neighbours, and says the same when it comes late', () => {
    const day = new Day();
    const floor = new Sealer('floor');
    const [one, lost] = [floor.says(), floor.seals()];
    const rest = [floor.says(), floor.seals()];
    day.fold(one, ...rest);
    day.wait(61);
    expect(chainOf(day, floor)).toMatchObject({ verified: 1, incomplete: 1 });
    expect(codesOf(day.fold(lost))).toEqual([]);
    expect(chainOf(day, floor)).toMatchObject({ verified: 2, incomplete: 0, failed: 0, open: [] });
  });
});

describe('a change of key', () => {
  const [next, third] = [stationKey('north.floor', 1), stationKey('north.floor', 2)];

  it('counts from its seq on, also for seals that come late', () => {
    const day = new Day();
    const floor = new Sealer('floor');
    const [one, late] = [floor.says(), floor.seals()];
    const change = floor.names(publicKeyText(next));
    const sealing = new Sealer('floor', BOOT + 60, next);
    day.fold(one, change);
    day.wait(61);
    const booted = sealing.says();
    expect(codesOf(day.fold(late, booted, sealing.seals()))).toEqual([]);
    expect(chainOf(day, sealing)).toMatchObject({ verified: 1, failed: 0 });
  });

  it('may be followed by another one, signed by the key that then counts', () => {
    const day = new Day();
    const floor = new Sealer('floor');
    day.fold(floor.names(publicKeyText(next)), floor.names(publicKeyText(third), next));
    const sealing = new Sealer('floor', BOOT + 60, third);
    expect(codesOf(day.fold(sealing.says(), sealing.seals()))).toEqual([]);
    // The registry names a newer key of the chain now: the newest one still counts.
    const { registry } = day.set.site;
    const stations = registry!.stations.map((station) =>
      station.source === floor.station.source
        ? { ...station, publicKey: publicKeyText(next) }
        : station,
    );
    day.set.site.registry = { ...registry!, stations };
    expect(codesOf(day.fold(sealing.says(), sealing.seals()))).toEqual([]);
  });

  it('that the key in force did not sign is refused', () => {
    const day = new Day();
    const floor = new Sealer('floor');
    const stolen = day.fold(floor.names(publicKeyText(next), third), floor.seals());
    expect(codesOf(stolen)).toEqual([`key-change-refused ${floor.station.source}`]);
    expect(figuresOf(day.fold(floor.names('AAAA')))).toMatchObject([{ problem: 'no-ed25519-key' }]);
    expect(chainOf(day, floor)).toMatchObject({ verified: 1, failed: 0 });
  });

  it('ends where the registry names a key that no change speaks of', () => {
    const day = new Day();
    const floor = new Sealer('floor');
    day.fold(floor.names(publicKeyText(next)));
    const { registry } = day.set.site;
    const stations = registry!.stations.map((station) =>
      station.source === floor.station.source
        ? { ...station, publicKey: publicKeyText(third) }
        : station,
    );
    day.set.site.registry = { ...registry!, stations };
    const sealing = new Sealer('floor', BOOT + 60, third);
    expect(codesOf(day.fold(sealing.says(), sealing.seals()))).toEqual([]);
  });
});
