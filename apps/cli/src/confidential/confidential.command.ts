import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { createEncryptionKey } from '#edge';
import { ed25519Verifier, parseVkey } from '#tlog';
import { DirectorySource, HttpSource } from '../audit/log-source.js';
import { CommandError, EXIT } from '../command-error.js';
import { readJsonFile } from '../options.js';
import { withDatabase } from '../registrar-access.js';
import { discloseFields, openFields } from './disclose.js';
import { checkDisclosure, disclosureSchema } from './disclosure.js';
import { erase } from './erase.js';

const privateKeySchema = z.looseObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

interface EraseOptions {
  readonly about: string;
  readonly field?: string;
  readonly actor: string;
  readonly reason: string;
  readonly database?: string;
  readonly json?: true;
}

interface DiscloseOptions {
  readonly about: string;
  readonly field: readonly string[];
  readonly key: string;
  readonly log: string;
  readonly out: string;
  readonly database?: string;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `urbanmine confidential new-key|erase|disclose|check`. */
export function confidentialCommand(finish: (exitCode: number) => void): Command {
  return new Command('confidential')
    .description('values that the log only commits to: disclose them, or erase them')
    .addCommand(newKeyCommand())
    .addCommand(eraseCommand())
    .addCommand(discloseCommand())
    .addCommand(checkCommand(finish));
}

function newKeyCommand(): Command {
  return new Command('new-key')
    .description("make the site's encryption key: FILE is secret, FILE.pub is for its stations")
    .argument('<file>', 'a new file')
    .action((file: string) => {
      const made = createEncryptionKey();
      writeFileSync(file, `${JSON.stringify(made.private)}\n`, { mode: 0o600, flag: 'wx' });
      writeFileSync(`${file}.pub`, `${JSON.stringify(made.public)}\n`, { flag: 'wx' });
      console.log(`${file} is secret; give ${file}.pub to the stations`);
    });
}

function eraseCommand(): Command {
  return new Command('erase')
    .description('delete the openings about an id for good; every proof and seal stays valid')
    .requiredOption('--about <id>', 'visit, lot, shipment or receipt')
    .option('--field <name>', 'this field alone')
    .requiredOption('--actor <name>', 'who decides it, pseudonymous')
    .requiredOption('--reason <text>', 'why, for the record of erasures')
    .option('--database <url>', 'PostgreSQL (default: DATABASE_URL)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nTopics expire what passed through them after seven days; backups of the database hold what\n' +
        'they held. Prints what was erased and keeps it on record (table erasure).\n',
    )
    .action(async ({ about, field, actor, reason, database, json }: EraseOptions) => {
      const erased = await withDatabase(database, 'erase', (pool) =>
        erase(pool, { about, field: field ?? null, actor, reason }),
      );
      const lines = erased.map((one) => `erased ${one.field} of ${one.about} (${one.commitment})`);
      if (lines.length === 0) lines.push(`there is nothing about ${about} to erase`);
      console.log(json === true ? JSON.stringify(erased) : lines.join('\n'));
    });
}

function discloseCommand(): Command {
  return new Command('disclose')
    .description('write a file that shows selected fields to a buyer, with their proof')
    .requiredOption('--about <id>', 'visit, lot, shipment or receipt')
    .requiredOption('--field <name>', 'to disclose; once for each', collect, [])
    .requiredOption('--key <file>', "the site's private encryption key, JWK")
    .requiredOption('--log <place>', "the site's log: URL or directory, as for audit")
    .requiredOption('--out <file>', 'a new file')
    .option('--database <url>', 'PostgreSQL (default: DATABASE_URL)')
    .action(async ({ about, field: fields, key, log, out, database }: DiscloseOptions) => {
      const privateKey = readJsonFile(key, privateKeySchema);
      const opened = await withDatabase(database, 'disclose', (pool) =>
        openFields(pool, { about, fields }, privateKey),
      );
      const source = /^https?:/.test(log) ? new HttpSource(log) : new DirectorySource(log);
      const disclosure = await discloseFields(source, opened);
      writeFileSync(out, `${JSON.stringify(disclosure)}\n`, { flag: 'wx' });
      console.log(`${out} discloses ${fields.join(', ')} of entry ${disclosure.index}`);
    });
}

function checkCommand(finish: (exitCode: number) => void): Command {
  return new Command('check')
    .description('check a disclosure offline')
    .argument('<file>', 'from urbanmine confidential disclose')
    .requiredOption('--key <vkey>', "the log's verifier key, known from elsewhere")
    .option('--json', 'print the result as JSON')
    .action((file: string, { key, json }: { readonly key: string; readonly json?: true }) => {
      const disclosure = readJsonFile(file, disclosureSchema);
      const verdict = checkDisclosure(disclosure, originOf(key), [ed25519Verifier(key)]);
      if (json === true) console.log(JSON.stringify(verdict));
      else if (verdict.kind === 'refused') console.log(`refused: ${verdict.why}`);
      else {
        console.log(`${verdict.type} about ${verdict.subject} is in the log`);
        for (const { field, value } of verdict.fields) {
          console.log(`  ${field} ${JSON.stringify(value)}`);
        }
        for (const field of verdict.hidden) console.log(`  ${field} not disclosed`);
      }
      finish(verdict.kind === 'proven' ? EXIT.done : EXIT.refused);
    });
}

function originOf(vkey: string): string {
  try {
    return parseVkey(vkey).name;
  } catch (cause) {
    throw new CommandError(EXIT.usage, `--key: "${vkey}" is no verifier key`, { cause });
  }
}
