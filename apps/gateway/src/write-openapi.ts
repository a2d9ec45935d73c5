import { writeFileSync } from 'node:fs';
import { openApiText } from './describe-api/openapi.js';

/** Part of `npm run generate`, at the root of the repository. */
writeFileSync('docs/gateway-openapi.json', openApiText());
