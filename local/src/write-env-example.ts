import { readFileSync, writeFileSync } from 'node:fs';
import { envExample } from './env-example.js';

/** `npm run generate`, at the root of the repository. */
writeFileSync('.env.example', envExample(readFileSync('docker-compose.yml', 'utf8')));
