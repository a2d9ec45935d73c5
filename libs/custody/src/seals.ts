import { Buffer } from 'node:buffer';
import { type DataOf, SEAL_CHAIN_START, type SealStatement, verifySeal } from '#contracts';
import { raise } from './exceptions.js';
import type { Folding } from './folding.js';
import type { BootState, ChainWalk, Link, OpenSeal, SealChain } from './model.js';
import { NOT_KNOWN, digestAt, insertLink, walk } from './seal-walk.js';
import { publicKeyOf } from './station-keys.js';

/**
 * Seals (design, section 2, Sealing). The chain of a boot is computed as its events are entered. A
 * signed seal is held against it: *verified*, *failed* (an exception, critical), or *incomplete*
 * while an event in it is missing; then a late fill checks it again. After a signed seal the chain
 * goes on from what the station stated, so that one alteration fails one seal.
 */

/** A range between two signed digests: a seal, or what lies between two seals that do not meet. */
interface Range {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Base64. */
  readonly before: string;
  readonly after: string;
}

/** A state stored before seals were checked: the chain is known from its next seal on. */
const sealsOf = (state: BootState): SealChain =>
  (state.seals ??= {
    headSeq: state.position,
    head: null,
    ahead: [],
    trail: [],
    sealedSeq: 0,
    sealedAfter: null,
    open: [],
    verified: 0,
    failed: 0,
    incomplete: 0,
  });

/** Adds an event to the chain of its boot; one that is in it already changes nothing. */
export function linkEvent(folding: Folding, state: BootState, seq: number, link: Buffer): void {
  const chain = sealsOf(state);
  if (seq <= chain.sealedSeq) {
    fillOpenSeal(folding, state, chain, [seq, link.toString('base64')]);
    return;
  }
  if (chain.head === null || seq <= chain.headSeq) return;
  insertLink(chain.ahead, [seq, link.toString('base64')]);
  walk(chain, chain.trail);
  const { sealTrail, sealLinksMax } = folding.limits;
  if (chain.trail.length > sealTrail) chain.trail.splice(0, chain.trail.length - sealTrail);
  if (chain.ahead.length > sealLinksMax) forget(chain);
}

/** Too much waits for one hole: the range is left to the audit, which has the whole log. */
function forget(chain: SealChain): void {
  chain.head = null;
  chain.ahead = [];
  chain.trail = [];
}

function fillOpenSeal(folding: Folding, state: BootState, chain: SealChain, link: Link): void {
  const at = chain.open.findIndex(
    ({ firstSeq, lastSeq }) => firstSeq <= link[0] && link[0] <= lastSeq,
  );
  const open = chain.open[at];
  if (open === undefined || link[0] <= open.headSeq) return;
  insertLink(open.ahead, link);
  walk(open);
  if (open.headSeq < open.lastSeq) return;
  chain.open.splice(at, 1);
  chain.incomplete--;
  conclude(folding, state, open, open.head);
}

/**
 * Checks a seal, before its own event is added to the chain. The key is the one in force at its
 * seq; the log index that the exceptions rest on is that of the seal or of the late fill.
 */
export function checkSeal(
  folding: Folding,
  state: BootState,
  seq: number,
  seal: DataOf<'stationSealed'>,
): void {
  const { source, boot } = state;
  const { firstSeq, lastSeq, before, after, signature } = seal;
  const statement: SealStatement = { source, boot, firstSeq, lastSeq, before, after };
  const publicKey = publicKeyOf(folding, source, boot, seq);
  const range = { firstSeq, lastSeq, before: base64(before), after: base64(after) };
  if (publicKey === null) fail(folding, state, range, 'no-key');
  else if (!verifySeal(publicKey, statement, signature)) fail(folding, state, range, 'signature');
  else if (firstSeq > lastSeq || lastSeq >= seq) fail(folding, state, range, 'range');
  else checkSigned(folding, state, range);
}

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

const CHAIN_START = SEAL_CHAIN_START.toString('base64');

function checkSigned(folding: Folding, state: BootState, seal: Range): void {
  const chain = sealsOf(state);
  const { sealedSeq, sealedAfter } = chain;
  if (seal.firstSeq <= sealedSeq) {
    checkLateSeal(folding, state, chain, seal);
    return;
  }
  const known = seal.firstSeq === 1 ? CHAIN_START : sealedAfter;
  const meets = seal.firstSeq === sealedSeq + 1;
  if (meets && known !== null && seal.before !== known) fail(folding, state, seal, 'before');
  else {
    if (!meets && sealedAfter !== null) {
      // The seal between them is missing, but both digests are signed.
      const { firstSeq, before } = seal;
      const between = { firstSeq: sealedSeq + 1, lastSeq: firstSeq - 1, before: sealedAfter };
      settle(folding, state, chain, { ...between, after: before });
    }
    if (!meets) goOnFrom(chain, seal.firstSeq - 1, seal.before);
    settle(folding, state, chain, seal);
  }
  goOnFrom(chain, seal.lastSeq, seal.after);
  chain.sealedSeq = seal.lastSeq;
  chain.sealedAfter = seal.after;
}

/** A seal whose range a later seal has closed: it must say what its neighbours say. */
function checkLateSeal(
  folding: Folding,
  state: BootState,
  { open, sealedSeq }: SealChain,
  seal: Range,
): void {
  if (seal.lastSeq > sealedSeq) {
    fail(folding, state, seal, 'range');
    return;
  }
  const next = open.find(({ firstSeq }) => firstSeq === seal.lastSeq + 1);
  const same = open.find(({ lastSeq }) => lastSeq === seal.lastSeq);
  if ((next?.before ?? same?.after ?? seal.after) !== seal.after) {
    fail(folding, state, seal, 'after');
  }
}

/** Compares what the chain gives at the end of a range with what is signed. */
function settle(folding: Folding, state: BootState, chain: SealChain, range: Range): void {
  const computed = digestAt(chain, range.lastSeq);
  if (computed !== NOT_KNOWN) {
    conclude(folding, state, range, computed);
    return;
  }
  chain.incomplete++;
  // An event is missing; otherwise too much has come since to tell.
  if (chain.head !== null && range.lastSeq > chain.headSeq)
    keepOpen(chain, range, folding.limits.sealLinksMax);
}

function keepOpen(chain: SealChain, range: Range, linksMax: number): void {
  const { headSeq, head } = chain;
  const ahead = chain.ahead.filter(([seq]) => seq <= range.lastSeq);
  chain.open.push({ ...range, headSeq, head, ahead });
  while (linksIn(chain.open) > linksMax) chain.open.shift();
}

// An open range counts as one more, so that ranges without any event are bounded too.
const linksIn = (open: readonly OpenSeal[]): number =>
  open.reduce((links, { ahead }) => links + 1 + ahead.length, 0);

/** The station's own word replaces what was computed. */
function goOnFrom(chain: SealChain, seq: number, digest: string): void {
  if (chain.head !== null && seq < chain.headSeq) return;
  chain.headSeq = seq;
  chain.head = digest;
  chain.trail = [];
  chain.ahead = chain.ahead.filter(([ahead]) => ahead > seq);
  walk(chain, chain.trail);
}

function conclude(
  folding: Folding,
  state: BootState,
  range: Range,
  computed: ChainWalk['head'],
): void {
  if (computed === range.after) sealsOf(state).verified++;
  else fail(folding, state, range, 'digest', computed);
}

type Problem = 'no-key' | 'signature' | 'range' | 'before' | 'after' | 'digest';

function fail(
  folding: Folding,
  state: BootState,
  { firstSeq, lastSeq, after }: Range,
  problem: Problem,
  computed: string | null = null,
): void {
  sealsOf(state).failed++;
  folding.boots.add(state);
  raise(folding, 'seal-failed', state.source, {
    boot: String(state.boot),
    firstSeq: String(firstSeq),
    lastSeq: String(lastSeq),
    problem,
    stated: hex(after),
    ...(computed === null ? {} : { computed: hex(computed) }),
  });
}

const hex = (text: string): string => Buffer.from(text, 'base64').toString('hex');
