import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packContracts } from './pack-contracts.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const READER = `
import { EVENTS, decodeBody, type DataOf } from 'urbanmine-contracts';
const [example] = EVENTS.weighingRecorded.examples;
const read = decodeBody(EVENTS.weighingRecorded.type, example);
if (read.key !== 'weighingRecorded') throw new Error(read.key);
const weighing: DataOf<'weighingRecorded'> = read.data;
const mass: number = weighing.massMg;
console.log(mass);
// @ts-expect-error a member that no weighing has
console.log(weighing.weight);
`;

/** Somebody else's project, which knows nothing of this repository. */
describe('the packed client', () => {
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'client-'));
    const archive = await packContracts(join(dir, 'pack'));
    const modules = join(dir, 'node_modules');
    const client = join(modules, 'urbanmine-contracts');
    mkdirSync(client, { recursive: true });
    await run('tar', ['-xzf', archive, '-C', client, '--strip-components=1']);
    // What npm would fetch besides; the test needs no network.
    symlinkSync(join(ROOT, 'node_modules/zod'), join(modules, 'zod'));
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
    writeFileSync(join(dir, 'reader.ts'), READER);
  }, 120_000);
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  it('has its types', async () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext'];
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    await run(process.execPath, [tsc, ...options, ...types, 'reader.ts'], { cwd: dir });
  }, 60_000);

  it('decodes', async () => {
    const node = join(ROOT, 'node_modules/.bin/node');
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout } = await run(node, ['reader.ts'], { cwd: dir, env });
    expect(stdout.split('\n')).toEqual(['38420000000', 'undefined', '']);
  });
});
