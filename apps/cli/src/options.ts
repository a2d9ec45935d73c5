import { InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CommandError, EXIT } from './command-error.js';

/** For commander: a base URL without its trailing slash. */
export function baseUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new InvalidArgumentError('Expected a URL such as http://127.0.0.1:7101.');
  }
  return text.replace(/\/+$/, '');
}

/** For commander: seconds above 0. */
export function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number of seconds above 0.');
}

/** A file of JSON that fits `schema`; a usage error that names what is wrong otherwise. */
export function readJsonFile<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(EXIT.usage, `${path} cannot be read: ${why}`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CommandError(EXIT.usage, `${path}: ${z.prettifyError(parsed.error)}`);
}

/** Bearer tokens by source, as the local stack keeps them in `<data>/tokens.json`. */
export const readTokensFile = (path: string): ReadonlyMap<string, string> =>
  new Map(Object.entries(readJsonFile(path, z.record(z.string(), z.string().min(1)))));
