import { createPublicKey, sign, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { siteRegistrySchema } from '#contracts';
import { MODEL_LINES, lineStations, modelSite, plantSites } from './model-site.js';
import { loadPrivateKey, rawPublicKey, tokenSha256 } from './station-identity.js';

const dir = mkdtempSync(join(tmpdir(), 'urbanmine-sites-'));
const files = { keysDir: join(dir, 'keys'), tokensFile: join(dir, 'tokens.json') };

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('The model sites', () => {
  it('have valid registries, keys and tokens, made once and private', () => {
    const first = plantSites(2, files);
    for (const registry of first.registries) {
      expect(siteRegistrySchema.parse(registry)).toEqual(registry);
      for (const { source, publicKey, tokenSha256: digest } of registry.stations) {
        expect(tokenSha256(first.tokens[source]!)).toBe(digest);
        const key = loadPrivateKey(files.keysDir, source);
        expect(rawPublicKey(key)).toBe(publicKey);
        const text = Buffer.from('seal');
        expect(verify(null, text, createPublicKey(key), sign(null, text, key))).toBe(true);
      }
    }
    expect(plantSites(2, files)).toEqual(first);
    // A further site leaves what is there as it is.
    expect(plantSites(3, files).registries.slice(0, 2)).toEqual(first.registries);
    const modes = readdirSync(files.keysDir).map(
      (name) => statSync(join(files.keysDir, name)).mode,
    );
    expect(new Set(modes.map((mode) => mode & 0o777))).toEqual(new Set([0o600]));
    expect(statSync(files.tokensFile).mode & 0o777).toBe(0o600);
  });

  it('have for every line the stations that speak of its runs', () => {
    const { siteId, lines, stations } = modelSite(5);
    const sources = stations.map(({ source }) => source);
    const names = new Set(lines.map(({ lineId }) => lineId));
    expect(stations.every(({ lineId }) => lineId === undefined || names.has(lineId))).toBe(true);
    for (const { lineId } of MODEL_LINES) {
      expect(sources).toEqual(expect.arrayContaining(Object.values(lineStations(siteId, lineId))));
    }
  });
});
