import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  SEAL_CHAIN_START,
  decodeStructured,
  digestsOf,
  extendSealChain,
  sealText,
} from '#contracts';
import { modelSite, registryOf } from '#edge';
import type { RegistrarBoot } from '../registrar-boot.js';
import { announce } from './announcement.js';

const key = generateKeyPairSync('ed25519').privateKey;
const nowMs = 1_795_500_000_250;
const registrar = 'north.registrar';
const digest = '5c'.repeat(32);
const registry = (version: number) => ({ ...registryOf(modelSite(1), []), version });

const typesOf = ({ lines }: RegistrarBoot): string[] =>
  lines.map((line) => decodeStructured(line).attributes.type.split('.').slice(1, 3).join('.'));

describe('announce', () => {
  it('begins the log with the adoption and ends with a seal that holds', () => {
    const position = { source: registrar, boots: [] };
    const made = announce({ registry: registry(1), digest, registrar, position, nowMs, key });
    expect(typesOf(made)).toEqual(['reference.adopted', 'station.sealed']);
    expect([made.boot, made.lastSeq]).toEqual([1_795_500_000, 2]);
    const [adopted, sealed] = made.lines.map((line) => decodeStructured(line));
    const seal = sealed!.body as DataOf<'stationSealed'>;
    const after = extendSealChain(SEAL_CHAIN_START, digestsOf(adopted!.attributes, adopted!.data));
    expect(seal).toMatchObject({ firstSeq: 1, lastSeq: 1, after: after.toString('hex') });
    const text = sealText({ source: registrar, boot: made.boot, ...seal });
    const signature = Buffer.from(seal.signature, 'base64');
    expect(verify(null, text, createPublicKey(key), signature)).toBe(true);
  });

  it('is a higher boot each time and says where the one before ended', () => {
    const boots = [
      { boot: 1_795_500_000, position: 2, openSlots: [] },
      { boot: 1_700_000_000, position: 9, openSlots: [] },
    ];
    const position = { source: registrar, boots };
    const made = announce({ registry: registry(2), digest, registrar, position, nowMs, key: null });
    expect(typesOf(made)).toEqual(['station.booted', 'reference.adopted']);
    expect(made.boot).toBe(1_795_500_001);
    expect(decodeStructured(made.lines[0]!).body).toMatchObject({
      previousBoot: 1_795_500_000,
      previousLastSeq: 2,
    });
  });
});
