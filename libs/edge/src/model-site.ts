import { SITE_PARTITIONS, type SiteRegistry, type StationEntry } from '#contracts';
import { type StationPlan, keepIdentities, readTokens } from './station-identity.js';

/** A site before its stations have keys: the plant simulates it, the local stack enrols it. */
export interface ModelSite {
  readonly siteId: string;
  readonly name: string;
  readonly partition: number;
  readonly lines: SiteRegistry['lines'];
  readonly scales: SiteRegistry['scales'];
  readonly stations: readonly StationPlan[];
}

const NAMES = ['north', 'south', 'east', 'west'] as const;
const LINES = ['line-1', 'line-2'] as const;

/** Stations of a line are told apart by its number: `belt-1` and `sorter-1` are of `line-1`. */
export const lineStations = (siteId: string, lineId: string): LineStations => {
  const number = lineId.slice(lineId.lastIndexOf('-') + 1);
  return {
    line: `${siteId}.${lineId}`,
    belt: `${siteId}.belt-${number}`,
    sorter: `${siteId}.sorter-${number}`,
    floor: `${siteId}.floor`,
  };
};

/** Sources of the stations that speak of a line's runs. */
export interface LineStations {
  readonly line: string;
  readonly belt: string;
  readonly sorter: string;
  readonly floor: string;
}

const KILOGRAM = 1_000_000;

/** Scales of every model site; the intervals are usual ones of their class. */
const SCALES: SiteRegistry['scales'] = [
  {
    scaleId: 'bridge',
    kind: 'weighbridge',
    accuracyClass: 'III',
    intervalMg: 20 * KILOGRAM,
    maxMg: 60_000 * KILOGRAM,
  },
  {
    scaleId: 'floor',
    kind: 'floor',
    accuracyClass: 'III',
    intervalMg: KILOGRAM,
    maxMg: 3_000 * KILOGRAM,
  },
  ...LINES.map((_, index) => ({
    scaleId: `belt-${index + 1}`,
    kind: 'belt' as const,
    accuracyClass: '0.5',
    intervalMg: KILOGRAM,
    maxMg: 1_000_000 * KILOGRAM,
  })),
];

/** Model site `number` from 1; the first four have names. */
export function modelSite(number: number): ModelSite {
  const siteId = NAMES[number - 1] ?? `site-${number}`;
  const at = (station: string): string => `${siteId}.${station}`;
  return {
    siteId,
    name: `Model yard ${siteId}`,
    partition: (number - 1) % SITE_PARTITIONS,
    lines: LINES.map((lineId) => ({ lineId, name: `Shredder ${lineId}` })),
    scales: SCALES,
    stations: [
      { source: at('registrar'), kind: 'registrar' },
      { source: at('gate'), kind: 'gate' },
      { source: at('bridge'), kind: 'weighbridge' },
      ...LINES.flatMap((lineId): StationPlan[] => {
        const { line, belt, sorter } = lineStations(siteId, lineId);
        return [
          { source: line, kind: 'line', lineId },
          { source: belt, kind: 'belt-scale', lineId },
          { source: sorter, kind: 'sensor-sorter', lineId },
        ];
      }),
      { source: at('floor'), kind: 'floor-scale' },
      { source: at('lab'), kind: 'lab' },
      { source: at('office'), kind: 'office' },
    ],
  };
}

/** The registry of a model site, version 1, with the entries of its stations. */
export function registryOf(site: ModelSite, stations: readonly StationEntry[]): SiteRegistry {
  const { siteId, name, partition, lines, scales } = site;
  return { siteId, version: 1, name, partition, lines, stations: [...stations], scales };
}

/**
 * The first `count` model sites, their keys and tokens made once and kept in the files given.
 * `tokens` are by source.
 */
export function plantSites(
  count: number,
  files: { readonly keysDir: string; readonly tokensFile: string },
): {
  readonly registries: readonly SiteRegistry[];
  readonly tokens: Readonly<Record<string, string>>;
} {
  const sites = Array.from({ length: count }, (_, index) => modelSite(index + 1));
  const entries = keepIdentities(
    sites.flatMap(({ stations }) => stations),
    files,
  );
  const registries = sites.map((site) =>
    registryOf(
      site,
      entries.filter(({ source }) => source.startsWith(`${site.siteId}.`)),
    ),
  );
  return { registries, tokens: readTokens(files.tokensFile) };
}
