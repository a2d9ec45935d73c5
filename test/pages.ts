import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Every page of the repository that a person reads, by its path. */
export const PAGES: readonly string[] = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

export interface CommandBlock {
  /** `run`: a spec runs it as it is written. `own`: it needs values of the reader's own. */
  readonly tag: string;
  readonly text: string;
}

/** The blocks of a page that are for a shell, in their order. */
export const commandBlocks = (page: string): readonly CommandBlock[] =>
  [...textOf(page).matchAll(/^```sh *(\w*)\n([\s\S]*?)^```$/gm)].map(([, tag, text]) => ({
    tag: tag!,
    text: text!,
  }));

/** What a page says in its text to look at with curl or kcat. */
export const inlineCommands = (page: string): readonly string[] =>
  [...textOf(page).matchAll(/`((?:curl|kcat) [^`]+)`/g)].map(([, command]) => command!);

/** Whether a command in the text reads, comes to an end, and names nothing of the reader's own. */
export const isPlain = (command: string): boolean => !/\$|…| -d | -sN /.test(command);
