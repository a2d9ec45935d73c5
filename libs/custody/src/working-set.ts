import { SEAL_CHAIN_START, invariant } from '#contracts';
import { FIRST_RULES, RULES, type RuleVersions } from './limits.js';
import type { BootState, SealChain, SiteState, WorkingSet } from './model.js';

/** A site before its first entry. */
export const openSite = (siteId: string): SiteState => ({
  siteId,
  treeSize: 0,
  factSeq: 0,
  streamTimeMs: 0,
  registry: null,
  registryDigest: null,
  policy: { rules: FIRST_RULES, period: 1, periodFrom: 0, conversion: null },
  scales: [],
  sensors: [],
});

/** A working set with nothing looked up yet; the shell fills it from what it holds of the site. */
export const openWorkingSet = (site: SiteState, rules: RuleVersions = RULES): WorkingSet => ({
  site,
  boots: new Map(),
  parked: new Map(),
  lots: new Map(),
  runs: new Map(),
  visits: new Map(),
  shipments: new Map(),
  totals: new Map(),
  noticeSeqs: new Map(),
  digestBlocks: new Map(),
  registries: new Map(),
  office: {
    rules,
    balances: null,
    credits: new Map(),
    claims: new Map(),
    claimedLots: new Set(),
    exceptions: new Map(),
    corrections: new Map(),
    originals: new Map(),
    lineages: new Set(),
  },
});

/** D(0) of a boot is 32 zero bytes. */
const startOfChain = (): SealChain => ({
  headSeq: 0,
  head: CHAIN_START,
  ahead: [],
  trail: [],
  sealedSeq: 0,
  sealedAfter: CHAIN_START,
  open: [],
  verified: 0,
  failed: 0,
  incomplete: 0,
});

const CHAIN_START = SEAL_CHAIN_START.toString('base64');

/** A boot nobody has heard of: its first event is seq 1. */
export const openBoot = (source: string, boot: number): BootState => ({
  source,
  boot,
  position: 0,
  openSlots: [],
  parkedSeqs: [],
  missingSinceMs: null,
  lastTime: '',
  accepted: 0,
  duplicates: 0,
  seals: startOfChain(),
});

/** Keys of the working set's maps. */
export const bootKey = (source: string, boot: number): string => `${source} ${boot}`;
export const parkedKey = (source: string, boot: number, seq: number): string =>
  `${source} ${boot} ${seq}`;
export const blockKey = (source: string, boot: number, block: number): string =>
  `${source} ${boot} ${block}`;
export const totalKey = (stream: string, totalClass: string): string => `${stream}/${totalClass}`;

/** What was looked up under an id; throws when nobody did, for then `missing` was not obeyed. */
export function lookedUp<State>(
  states: ReadonlyMap<string, State | null>,
  id: string,
): State | null {
  const state = states.get(id);
  invariant(state !== undefined, `"${id}" was not loaded before the fold`);
  return state;
}
