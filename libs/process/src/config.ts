import { readFileSync } from 'node:fs';

import type { z } from 'zod';
import { isError } from './is-error.js';

/** Every problem of an environment in one message. The process cannot start. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(
      `the configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n` +
        problems.map((problem) => `  - ${problem}`).join('\n'),
    );
  }
}

const secrets = new WeakSet<z.ZodType>();

/**
 * Marks a variable as secret: it never appears in a log or an error message, and `X_FILE` may name
 * a file that holds it (the way Docker and Kubernetes hand secrets over). Call it outermost, also
 * around `.describe()`, which makes another schema: `secret(z.string().optional().describe('…'))`.
 */
export function secret<S extends z.ZodType>(schema: S): S {
  secrets.add(schema);
  return schema;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment once. The keys of `schema` are names of environment variables; the
 * `.describe()` of a key says what to set it to and is part of the message when it is wrong. An
 * empty variable counts as not set. Throws a ConfigError that lists every problem.
 */
export function loadConfig<S extends z.ZodObject>(
  schema: S,
  env: Environment,
): Readonly<z.output<S>> {
  const problems: string[] = [];
  const input: Record<string, string> = {};
  const fields = Object.entries<z.ZodType>(schema.shape);
  for (const [name, field] of fields) {
    const value = readVariable(name, secrets.has(field), env, problems);
    if (value !== undefined) input[name] = value;
  }
  const unread = new Set(problems.map((problem) => problem.split(' ', 1)[0]));
  const result = schema.safeParse(input);
  for (const issue of result.success ? [] : result.error.issues) {
    const name = String(issue.path[0] ?? 'environment');
    const field = (schema.shape as Record<string, z.ZodType>)[name];
    if (!unread.has(name)) problems.push(describeProblem(name, field, input[name], issue.message));
  }
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(result.data);
}

/** sysexits(3) EX_CONFIG. */
const EXIT_CONFIG = 78;

/**
 * The configuration of a process; with a bad one the process says what is wrong with it, without a
 * stack trace, and ends with 78.
 */
export function configOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

function readVariable(
  name: string,
  isSecret: boolean,
  env: Environment,
  problems: string[],
): string | undefined {
  const value = env[name] === '' ? undefined : env[name];
  const file = isSecret ? env[`${name}_FILE`] : undefined;
  if (file === undefined || file === '') return value;
  if (value !== undefined) {
    problems.push(`${name} and ${name}_FILE are both set; keep one of them`);
    return undefined;
  }
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const why = isError(error) ? error.message : String(error);
    problems.push(`${name} cannot be read from ${name}_FILE: ${why}`);
    return undefined;
  }
}

function describeProblem(
  name: string,
  field: z.ZodType | undefined,
  value: string | undefined,
  message: string,
): string {
  const remedy = field?.description === undefined ? '' : `; set it to ${field.description}`;
  if (value === undefined) return `${name} is not set${remedy}`;
  const isSecret = field !== undefined && secrets.has(field);
  return `${name}${isSecret ? '' : `="${value}"`} is not usable (${message})${remedy}`;
}

/** The configuration as it may be logged: secrets are replaced, absent values left out. */
export function redactConfig(
  schema: z.ZodObject,
  config: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const shape = schema.shape as Record<string, z.ZodType>;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const field = shape[name];
        return [name, field !== undefined && secrets.has(field) ? '[redacted]' : value];
      }),
  );
}

/** One variable of a schema, as documentation and manifests need it. */
export interface VariableDescription {
  readonly name: string;
  /** What to set it to. */
  readonly description: string;
  /** Not set, the process does not start. */
  readonly required: boolean;
  /** As it would be written into the environment; undefined = none. */
  readonly fallback: string | undefined;
  /** Also taken from the file that `<name>_FILE` names. */
  readonly secret: boolean;
}

/** The variables of a schema in its order. */
export function describeEnvironment(schema: z.ZodObject): VariableDescription[] {
  return Object.entries<z.ZodType>(schema.shape).map(([name, field]) => {
    return {
      name,
      description: field.description ?? '',
      required: !field.safeParse(undefined).success,
      fallback: fallbackOf(field),
      secret: secrets.has(field),
    };
  });
}

/** The default as written into the environment: before what is made of it (`transform`, `pipe`). */
function fallbackOf(field: z.ZodType): string | undefined {
  const {
    type,
    defaultValue,
    in: before,
  } = field.def as {
    readonly type: string;
    readonly defaultValue?: unknown;
    readonly in?: z.ZodType;
  };
  if (type === 'default') return String(defaultValue);
  return before === undefined ? undefined : fallbackOf(before);
}
