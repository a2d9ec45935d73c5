import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Prints as JSON what the official parser finds wrong in the AsyncAPI document named. A process of
 * its own: the parser is CommonJS, and loading it takes longer than all pure specs of a lib.
 */
const { Parser } = createRequire(import.meta.url)('@asyncapi/parser');
const { diagnostics, document } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
const found = diagnostics.map(({ code, message, path, severity }) => ({
  code,
  message,
  path: path.join('.'),
  severity,
}));
process.stdout.write(JSON.stringify({ parsed: document !== undefined, found }));
