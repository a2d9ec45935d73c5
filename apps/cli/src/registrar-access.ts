import { type KeyObject, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { SiteRegistry } from '#contracts';
import { type Pool, createPool } from '#database';
import { rawPublicKey } from '#edge';
import { CommandError, EXIT } from './command-error.js';
import { baseUrl, readTokensFile, seconds } from './options.js';

/** Who speaks, and with which seal. */
export interface RegistrarOptions {
  /** File of bearer tokens by source. */
  readonly tokens: string;
  readonly key?: string;
  readonly unsealed?: true;
}

/** Options of every command that speaks as a site's registrar, through a gateway. */
export interface SpeakingOptions extends RegistrarOptions {
  readonly database?: string;
  readonly gateway: string;
  /** Seconds. */
  readonly timeout: number;
  readonly json?: true;
}

/** Defines them. */
export const withSpeakingOptions = (command: Command): Command =>
  command
    .option('--database <url>', 'PostgreSQL (default: DATABASE_URL)')
    .option('--gateway <url>', 'address of the gateway', baseUrl, 'http://127.0.0.1:7101')
    .requiredOption('--tokens <file>', "bearer tokens by source, JSON; needs the registrar's")
    .option(
      '--key <file>',
      "the registrar's Ed25519 key, PEM (default: keys/<registrar>.pem beside the tokens)",
    )
    .option('--unsealed', 'say it without a seal: nobody can hold the registrar to it')
    .option('--timeout <seconds>', 'how long to wait for gateway and ledger', seconds, 60)
    .option('--json', 'print the result as JSON');

export interface Registrar {
  readonly registrar: string;
  readonly token: string;
  /** Null: what it says is not sealed. */
  readonly key: KeyObject | null;
}

/** The registrar of a site, its token and its key; a usage error that says what is missing. */
export function registrarOf(registry: SiteRegistry, options: RegistrarOptions): Registrar {
  const entry = registry.stations.find(({ kind }) => kind === 'registrar');
  if (entry === undefined) {
    throw new CommandError(EXIT.usage, `${registry.siteId} has no station of kind registrar`);
  }
  const registrar = entry.source;
  const token = readTokensFile(options.tokens).get(registrar);
  if (token === undefined) {
    throw new CommandError(EXIT.usage, `${options.tokens} has no token for ${registrar}`);
  }
  const key = options.unsealed === true ? null : registrarKey(options, registrar, entry.publicKey);
  return { registrar, token, key };
}

function registrarKey(
  { key, tokens }: RegistrarOptions,
  registrar: string,
  publicKey: string,
): KeyObject {
  const path = key ?? join(dirname(tokens), 'keys', `${registrar}.pem`);
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(readFileSync(path));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(EXIT.usage, `no key of ${registrar}: ${why}; see --key`, { cause });
  }
  if (rawPublicKey(privateKey) !== publicKey) {
    throw new CommandError(EXIT.usage, `${path} is not the key that the registry names`);
  }
  return privateKey;
}

/** Runs `work` with the database of `--database` or DATABASE_URL; its failures become exit codes. */
export async function withDatabase<T>(
  given: string | undefined,
  command: string,
  work: (database: Pool) => Promise<T>,
): Promise<T> {
  const databaseUrl = given ?? process.env['DATABASE_URL'];
  if (databaseUrl === undefined) {
    throw new CommandError(EXIT.usage, 'give --database URL or set DATABASE_URL');
  }
  const database = createPool({
    databaseUrl,
    applicationName: `urbanmine-${command}`,
    size: 1,
    onIdleError: (error) => {
      console.error(`urbanmine: the database connection was lost: ${error.message}`);
    },
  });
  try {
    return await work(database);
  } catch (error) {
    throw asCommandError(error);
  } finally {
    await database.end();
  }
}

/** What the driver throws has a code of PostgreSQL or of the network. */
function asCommandError(error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (error instanceof CommandError || typeof code !== 'string') return error;
  const remedy = code === '42P01' ? 'its schema is missing: run `urbanmine provision`' : message;
  return new CommandError(EXIT.unreachable, `the database cannot be used: ${String(remedy)}`, {
    cause: error,
  });
}
