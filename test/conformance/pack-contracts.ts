import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly engines: unknown;
  readonly dependencies: Readonly<Record<string, string>>;
}

const entry = (lib: string): { readonly types: string; readonly default: string } => ({
  types: `./${lib}/src/index.d.ts`,
  default: `./${lib}/src/index.js`,
});

/**
 * Makes `libs/contracts` a package of its own in `dir`, compiled with its types, and packs it.
 * Resolves with the path of the archive that `npm install` takes.
 */
export async function packContracts(dir: string): Promise<string> {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const { version, license, engines, dependencies } = JSON.parse(text) as Manifest;
  const folder = join(dir, 'package');
  mkdirSync(folder, { recursive: true });
  const config = {
    extends: join(ROOT, 'tsconfig.build.json'),
    compilerOptions: {
      declaration: true,
      incremental: false,
      outDir: folder,
      rootDir: join(ROOT, 'libs'),
      sourceMap: false,
      typeRoots: [join(ROOT, 'node_modules/@types')],
      tsBuildInfoFile: null,
    },
    include: [join(ROOT, 'libs/contracts/src')],
    exclude: [join(ROOT, '**/*.spec.ts')],
  };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
  await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', dir]);
  const manifest = {
    name: 'urbanmine-contracts',
    version,
    description: 'Events and facts of Urbanmine: types, checks and CloudEvents codecs',
    license,
    type: 'module',
    engines,
    exports: entry('contracts'),
    // What the contracts rest on travels inside the package, under the name it has here.
    imports: { '#materials': entry('materials') },
    dependencies: { zod: dependencies['zod'] },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', dir], {
    cwd: folder,
  });
  return join(dir, stdout.trim());
}
