import {
  MATERIAL_STREAMS,
  type MaterialStream,
  SITE_PARTITIONS,
  type SiteRegistry,
  type StationEntry,
  type StationKind,
} from '#contracts';
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

/** A line of every model site: what goes over it, and which station sees it. */
export interface ModelLine {
  readonly lineId: string;
  readonly name: string;
  readonly stream: MaterialStream;
  /** Station that sees pieces or takes devices apart; `sorter-1` is of `line-1`. */
  readonly eye: 'sorter' | 'bench' | 'scanner' | 'camera';
  /** What makes material of its main product: a line of its own, at which `reactor-5` speaks. */
  readonly reactor?: { readonly lineId: string; readonly name: string };
}

export const MODEL_LINES: readonly ModelLine[] = [
  { lineId: 'line-1', name: 'Shredder line-1', stream: 'steel', eye: 'sorter' },
  { lineId: 'line-2', name: 'Shredder line-2', stream: 'steel', eye: 'sorter' },
  { lineId: 'line-3', name: 'Appliance metal line-3', stream: 'ewaste', eye: 'sorter' },
  { lineId: 'line-4', name: 'Dismantling line-4', stream: 'ewaste', eye: 'bench' },
  {
    lineId: 'line-5',
    name: 'Garments line-5',
    stream: 'textiles',
    eye: 'scanner',
    reactor: { lineId: 'dissolver-5', name: 'Cotton dissolver-5' },
  },
  { lineId: 'line-6', name: 'Device triage line-6', stream: 'ewaste', eye: 'camera' },
];

/** Desk of a model site that enters what recoverers settled; only e-waste goes to any. */
export const MODEL_ACCOUNTS = 'accounts';

const EYE_KINDS = {
  sorter: 'sensor-sorter',
  bench: 'bench',
  scanner: 'fibre-scanner',
  camera: 'sensor-sorter',
} as const satisfies Readonly<Record<ModelLine['eye'], StationKind>>;

/** Stations of a line are told apart by its number: `belt-1` and `sorter-1` are of `line-1`. */
export const lineStations = (siteId: string, lineId: string): LineStations => {
  const number = lineId.slice(lineId.lastIndexOf('-') + 1);
  const { eye, reactor } = MODEL_LINES.find((line) => line.lineId === lineId) ?? SORTER;
  return {
    line: `${siteId}.${lineId}`,
    belt: `${siteId}.belt-${number}`,
    sorter: `${siteId}.${eye}-${number}`,
    floor: `${siteId}.floor`,
    ...(reactor === undefined ? {} : { reactor: `${siteId}.reactor-${number}` }),
  };
};

const SORTER: Pick<ModelLine, 'eye' | 'reactor'> = { eye: 'sorter' };

/** Sources of the stations that speak of a line's runs. */
export interface LineStations {
  readonly line: string;
  readonly belt: string;
  /** What sees the pieces: a sorter, a fibre scanner, a camera, or the bench that takes devices apart. */
  readonly sorter: string;
  readonly floor: string;
  /** What the line's main product goes through, if anything. */
  readonly reactor?: string;
}

const GRAM = 1_000;
const KILOGRAM = 1_000_000;

/** Scales of a model site; the intervals are usual ones of their class. */
function scalesOf(lines: readonly ModelLine[]): SiteRegistry['scales'] {
  const floor = { kind: 'floor', accuracyClass: 'III' } as const;
  const hasLight = lines.some(({ stream }) => stream !== 'steel');
  return [
    {
      scaleId: 'bridge',
      kind: 'weighbridge',
      accuracyClass: 'III',
      intervalMg: 20 * KILOGRAM,
      maxMg: 60_000 * KILOGRAM,
    },
    { scaleId: 'floor', ...floor, intervalMg: KILOGRAM, maxMg: 3_000 * KILOGRAM },
    ...lines.map(({ lineId }) => ({
      scaleId: lineId.replace('line', 'belt'),
      kind: 'belt' as const,
      accuracyClass: '0.5',
      intervalMg: KILOGRAM,
      maxMg: 1_000_000 * KILOGRAM,
    })),
    ...(hasLight
      ? [{ scaleId: 'light', ...floor, intervalMg: 50 * GRAM, maxMg: 300 * KILOGRAM }]
      : []),
  ];
}

/** Model site `number` from 1 with the lines of these streams; the first four have names. */
export function modelSite(
  number: number,
  streams: readonly MaterialStream[] = MATERIAL_STREAMS,
): ModelSite {
  const siteId = NAMES[number - 1] ?? `site-${number}`;
  const at = (station: string): string => `${siteId}.${station}`;
  const lines = MODEL_LINES.filter(({ stream }) => streams.includes(stream));
  return {
    siteId,
    name: `Model yard ${siteId}`,
    partition: (number - 1) % SITE_PARTITIONS,
    lines: lines.flatMap(({ lineId, name, reactor }) => [
      { lineId, name },
      ...(reactor === undefined ? [] : [reactor]),
    ]),
    scales: scalesOf(lines),
    stations: [
      { source: at('registrar'), kind: 'registrar' },
      { source: at('gate'), kind: 'gate' },
      { source: at('bridge'), kind: 'weighbridge' },
      ...lines.flatMap(({ lineId, eye, reactor: makes }): StationPlan[] => {
        const { line, belt, sorter, reactor } = lineStations(siteId, lineId);
        return [
          { source: line, kind: 'line', lineId },
          { source: belt, kind: 'belt-scale', lineId },
          { source: sorter, kind: EYE_KINDS[eye], lineId },
          ...(makes === undefined
            ? []
            : [{ source: reactor!, kind: 'reactor', lineId: makes.lineId } as const]),
        ];
      }),
      { source: at('floor'), kind: 'floor-scale' },
      { source: at('lab'), kind: 'lab' },
      { source: at('office'), kind: 'office' },
      ...(lines.some(({ stream }) => stream === 'ewaste')
        ? [{ source: at(MODEL_ACCOUNTS), kind: 'office' } as const]
        : []),
      { source: at('yard'), kind: 'yard' },
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
