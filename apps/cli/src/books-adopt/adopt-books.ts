import { setTimeout as sleep } from 'node:timers/promises';
import { type DataOf, EVENTS, type SiteRegistry } from '#contracts';
import type { Pool } from '#database';
import { BOOKS, type Book, type PriceBook, referenceOf } from '#materials';
import { CommandError, EXIT } from '../command-error.js';
import type { GatewayClient } from '../gateway-client.js';
import type { Registrar } from '../registrar-access.js';
import { registrarBoot, sayAsRegistrar } from '../registrar-boot.js';
import { type BookInForce, readBooks, readSites } from './book-adoption.store.js';

export interface AdoptBooksOptions {
  /** The installation's own, beside those of this version. */
  readonly prices?: PriceBook | undefined;
  readonly database: Pool;
  readonly gateway: GatewayClient;
  readonly registrarOf: (registry: SiteRegistry) => Registrar;
  readonly timeoutMs: number;
}

export interface AdoptedBooks {
  readonly siteId: string;
  /** What was said now; none: all were in force. */
  readonly adopted: readonly BookInForce[];
}

type Adoption = DataOf<'referenceAdopted'>;
const POLL_MS = 50;
/** Books that are another kind of reference than `book`. */
const KINDS: Readonly<Record<string, Adoption['reference']>> = {
  recipes: 'recipe',
  'prices-example': 'prices',
};

/** Every book that comes with this version, and the installation's own prices, as they are adopted. */
export const bookAdoptions = (prices?: PriceBook): Adoption[] => [
  ...BOOKS.map((book) => adoptionOf(KINDS[book.book] ?? 'book', book)),
  ...(prices === undefined ? [] : [adoptionOf('prices', prices)]),
];

function adoptionOf(reference: Adoption['reference'], of: Book): Adoption {
  const { book: name, version, digest } = referenceOf(of);
  return { reference, name, version, digest };
}

/**
 * What of these a log has still to adopt. A site that runs a newer version of a book keeps it: an
 * older program must not take it back.
 */
export const adoptionsLeft = (
  all: readonly Adoption[],
  inForce: ReadonlyMap<string, BookInForce>,
): Adoption[] =>
  all.filter(({ name, version, digest }) => {
    const known = inForce.get(name);
    if (known === undefined || version > known.version) return true;
    return version === known.version && digest !== known.digest;
  });

/**
 * Has the log of every site adopt the reference books of this version, and waits until it has: facts
 * name books by digest, and the log then says since when. Safe to run again.
 */
export async function adoptBooks(options: AdoptBooksOptions): Promise<AdoptedBooks[]> {
  const { database, timeoutMs } = options;
  const all = bookAdoptions(options.prices);
  const deadline = Date.now() + timeoutMs;
  const said: { readonly siteId: string; readonly left: readonly Adoption[] }[] = [];
  for (const registry of await readSites(database)) {
    const { siteId } = registry;
    const left = adoptionsLeft(all, await readBooks(database, siteId));
    if (left.length > 0) await say(options, registry, left);
    said.push({ siteId, left });
  }
  // Only then is waited: the logs adopt them side by side.
  for (const { siteId, left } of said) await adoption(database, siteId, left, deadline);
  return said.map(({ siteId, left }) => ({
    siteId,
    adopted: left.map(({ name, version, digest }) => ({ name, version, digest })),
  }));
}

async function adoption(
  database: Pool,
  siteId: string,
  left: readonly Adoption[],
  deadline: number,
): Promise<void> {
  while (adoptionsLeft(left, await readBooks(database, siteId)).length > 0) {
    if (Date.now() > deadline) {
      const why = 'the ledger has not met them yet; run it again';
      throw new CommandError(EXIT.unreachable, `${siteId} has not adopted the books: ${why}`);
    }
    await sleep(POLL_MS);
  }
}

async function say(
  { gateway, registrarOf }: AdoptBooksOptions,
  registry: SiteRegistry,
  left: readonly Adoption[],
): Promise<void> {
  const { registrar, token, key } = registrarOf(registry);
  const boot = registrarBoot({
    siteId: registry.siteId,
    registrar,
    key,
    position: await gateway.position(token, registrar),
    nowMs: Date.now(),
    program: 'urbanmine books adopt',
    events: left.map((data) => ({ type: EVENTS.referenceAdopted.type, data })),
    opensLog: false,
  });
  await sayAsRegistrar(gateway, token, boot);
}
