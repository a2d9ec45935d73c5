import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StackError } from './stack-error.js';

const run = promisify(execFile);

/**
 * `urbanmine`, as a person would call it, on the Node that runs this; resolves with what it printed.
 * `variables` come on top of this process's environment.
 */
export async function urbanmine(
  root: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const entry = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
  try {
    const env = { ...process.env, ...variables };
    return (await run(process.execPath, [entry, ...args], { env })).stdout;
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    const said = [stderr, stdout].filter((text) => text !== undefined && text !== '').join('\n');
    const command = args.slice(0, 2).join(' ');
    throw new StackError(`urbanmine ${command} failed: ${said}`, { cause: error });
  }
}
