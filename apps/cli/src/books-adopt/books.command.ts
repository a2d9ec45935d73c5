import { Command } from 'commander';
import { z } from 'zod';
import { type PriceBook, parsePriceBook } from '#materials';
import { CommandError, EXIT } from '../command-error.js';
import { readJsonFile } from '../options.js';
import { GatewayClient } from '../gateway-client.js';
import {
  type SpeakingOptions,
  registrarOf,
  withDatabase,
  withSpeakingOptions,
} from '../registrar-access.js';
import { type AdoptedBooks, adoptBooks, bookAdoptions } from './adopt-books.js';
import { readBooks, readSites } from './book-adoption.store.js';

const HELP = `
Classes, grades, hazards and contents rest on reference books, and everything that rests on one names
it by digest. This command says "reference.adopted" of each book of this version in the stream of
every site, through the gateway and as the site's registrar, so that the log itself tells since when
a book is in force. Run it after an update; a book that is in force already is not adopted again.

Exit codes:
  0  every book is in force at every site
  1  wrong usage
  2  database, gateway or ledger did not answer in time; run it again, it goes on where it was
  3  the gateway refused what a registrar says`;

/** `urbanmine books adopt|list`. */
export function booksCommand(finish: (exitCode: number) => void): Command {
  const books = new Command('books').description('the reference books that figures rest on');
  withSpeakingOptions(books.command('adopt'))
    .description('have the log of every site adopt the books of this version')
    .option('--prices <file>', "the installation's own book of prices, adopted beside them")
    .addHelpText('after', HELP)
    .action(async (options: SpeakingOptions & { readonly prices?: string }) => {
      const done = await adoptAll(options, readPrices(options.prices));
      const lines = done.map(
        ({ siteId, adopted }) =>
          `${siteId}: ${adopted.length} books adopted, all others were in force`,
      );
      console.log(options.json === true ? JSON.stringify(done) : lines.join('\n'));
      finish(EXIT.done);
    });
  books
    .command('list')
    .description('list the books of this version, and what each site has adopted')
    .option('--database <url>', 'PostgreSQL (default: DATABASE_URL)')
    .option('--json', 'print the result as JSON')
    .action(async ({ database, json }: { database?: string; json?: true }) => {
      const rows = await list(database);
      console.log(json === true ? JSON.stringify(rows) : rows.map(told).join('\n'));
      finish(EXIT.done);
    });
  return books;
}

function readPrices(file: string | undefined): PriceBook | undefined {
  if (file === undefined) return undefined;
  const text = readJsonFile(file, z.unknown());
  try {
    return parsePriceBook(text);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CommandError(EXIT.usage, `${file}: ${cause.message}`, { cause });
  }
}

/** As the command does; what goes wrong is a CommandError. */
export function adoptAll(options: SpeakingOptions, prices?: PriceBook): Promise<AdoptedBooks[]> {
  const timeoutMs = options.timeout * 1_000;
  return withDatabase(options.database, 'books', (database) =>
    adoptBooks({
      prices,
      database,
      gateway: new GatewayClient({ url: options.gateway, timeoutMs }),
      registrarOf: (registry) => registrarOf(registry, options),
      timeoutMs,
    }),
  );
}

interface ListedBook {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  /** Version in force by site; none where it was never adopted. */
  readonly inForce: Readonly<Record<string, number>>;
}

function list(databaseUrl: string | undefined): Promise<ListedBook[]> {
  return withDatabase(databaseUrl, 'books', async (database) => {
    const sites = await readSites(database);
    const books = await Promise.all(sites.map(({ siteId }) => readBooks(database, siteId)));
    return bookAdoptions().map(({ name, version, digest }) => ({
      name,
      version,
      digest,
      inForce: Object.fromEntries(
        sites.flatMap(({ siteId }, at) => {
          const known = books[at]!.get(name);
          return known === undefined ? [] : [[siteId, known.version] as const];
        }),
      ),
    }));
  });
}

const told = ({ name, version, digest, inForce }: ListedBook): string => {
  const sites = Object.entries(inForce).map(([siteId, adopted]) => `${siteId} ${adopted}`);
  return `${name} ${version} ${digest}: in force at ${sites.join(', ') || 'no site'}`;
};
