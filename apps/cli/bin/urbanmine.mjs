#!/usr/bin/env node
/** Runs the built command on the Node that the package brings, whatever Node the machine has. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const main = at('dist/apps/cli/src/main.js');
const node = at('node_modules/.bin/node');

if (!existsSync(main)) {
  console.error('urbanmine is not built yet: run `npm run build` (or `npm start`) first.');
  process.exit(1);
}
const isNew = Number(process.versions.node.split('.')[0]) >= 24;
if (isNew || !existsSync(node)) {
  await import(main);
} else {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 130;
  });
}
