import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeRegistry } from '#contracts';
import { plantSites } from '#edge';
import { StackError } from './stack-error.js';

const run = promisify(execFile);

export interface EnrolTarget {
  readonly databaseUrl: string;
  readonly gatewayUrl: string;
  readonly dataDir: string;
  readonly sites: number;
}

/** `urbanmine`, as a person would call it, on the Node that runs this. */
export async function urbanmine(root: string, args: readonly string[]): Promise<string> {
  const entry = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
  try {
    return (await run(process.execPath, [entry, ...args])).stdout;
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    const said = [stderr, stdout].filter((text) => text !== undefined && text !== '').join('\n');
    throw new StackError(`urbanmine ${args.slice(0, 2).join(' ')} failed: ${said}`, {
      cause: error,
    });
  }
}

/** Enrols the plant's sites with keys and tokens made once; safe to run again. */
export async function enrolPlantSites(root: string, target: EnrolTarget): Promise<string> {
  const { dataDir, sites } = target;
  const keysDir = join(dataDir, 'keys');
  const tokensFile = join(dataDir, 'tokens.json');
  const { registries } = plantSites(sites, { keysDir, tokensFile });
  mkdirSync(join(dataDir, 'sites'), { recursive: true });
  for (const registry of registries) {
    const file = join(dataDir, 'sites', `${registry.siteId}.json`);
    writeFileSync(file, encodeRegistry(registry));
    await urbanmine(root, [
      'station',
      'enrol',
      file,
      ...['--database', target.databaseUrl, '--gateway', target.gatewayUrl],
      ...['--tokens', tokensFile, '--json'],
    ]);
  }
  return registries.map(({ siteId }) => siteId).join(', ');
}
