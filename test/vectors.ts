import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Folder `../shared/vectors/<name>` of third-party test data beside the repository, or null where a
 * clone stands alone; the omission is then named on stderr. Throws instead of returning null when
 * REQUIRE_ALL is 1.
 */
export function vectorsDir(name: string): string | null {
  const dir = fileURLToPath(new URL(`../../shared/vectors/${name}`, import.meta.url));
  if (existsSync(dir)) return dir;
  const omission = `left out: third-party vectors "${name}" (no folder shared/vectors/${name} beside the repository)`;
  if (process.env['REQUIRE_ALL'] === '1') throw new Error(omission);
  process.stderr.write(`${omission}\n`);
  return null;
}
