import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApi } from '#contracts';
import { stringify } from 'yaml';
import { envExample } from './env-example.js';
import { publishedFiles } from './published-contracts.js';

/** Path from the root and text of every file that is made from code (`npm run generate`). */
export function generatedFiles(root: string): Map<string, string> {
  const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return new Map([
    ['.env.example', envExample(compose)],
    ['docs/asyncapi.yaml', asyncApiYaml()],
    ...publishedFiles(root),
  ]);
}

const asyncApiYaml = (): string =>
  `# Generated from libs/contracts: npm run generate.\n${stringify(asyncApi(), {
    lineWidth: 100,
    aliasDuplicateObjects: false,
  })}`;
