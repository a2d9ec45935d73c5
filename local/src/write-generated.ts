import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles } from './generated-files.js';

/**
 * `npm run generate`, at the root of the repository. With `--check` nothing is written: names the
 * files that would change, and ends with 1 when there are any.
 */
const onlyCheck = process.argv.includes('--check');
const stale = [...generatedFiles('.')].filter(
  ([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text,
);
if (onlyCheck && stale.length > 0) {
  process.stderr.write(
    `not what the code makes of them: ${stale.map(([path]) => path).join(', ')}\n` +
      'npm run generate writes them anew.\n',
  );
  process.exitCode = 1;
}
if (!onlyCheck) {
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
