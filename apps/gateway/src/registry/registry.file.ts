import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { parseJson } from '#contracts';
import type { RegistryVersion } from './directory.js';

const fileSchema = z.strictObject({
  versions: z.array(
    z.strictObject({
      siteId: z.string(),
      version: z.int(),
      digest: z.string(),
      announced: z.boolean(),
      /** The stored bytes as text; they are JSON. */
      body: z.string(),
    }),
  ),
});

/**
 * Keeps the registry on disk, so that a gateway starts and goes on without the database. Replaced
 * as a whole: a kill at any moment leaves the old file or the new one.
 */
export async function writeRegistryFile(
  path: string,
  versions: readonly RegistryVersion[],
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const text = JSON.stringify({
    versions: versions.map((version) => ({ ...version, body: version.body.toString() })),
  });
  const next = `${path}.next`;
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
}

/** The versions as last written; undefined when there is no file. Throws when it is unreadable. */
export async function readRegistryFile(path: string): Promise<RegistryVersion[] | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { versions } = fileSchema.parse(parseJson(bytes));
  return versions.map((version) => ({ ...version, body: Buffer.from(version.body) }));
}
