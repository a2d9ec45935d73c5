import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StackError } from './stack-error.js';

/** The folder that Maven fills, in sources and in dist/ alike. */
const target = findTarget();

function findTarget(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const root = here.slice(0, here.lastIndexOf(join('local', 'src'))).replace(/dist[\\/]$/, '');
  return join(root, 'local', 'kafka', 'target');
}

/** All jars in one fixed order: a class data archive is bound to the exact class path, and a folder has no order. */
export function kafkaClassPath(): string {
  const libs = join(target, 'libs');
  const jars = existsSync(libs) ? readdirSync(libs).filter((file) => file.endsWith('.jar')) : [];
  if (!jars.some((jar) => jar.startsWith('kafka_2.13-'))) {
    throw new StackError(
      'The jars of Apache Kafka are missing. Fetch them with: ' +
        'mvn -q -B -f local/kafka/pom.xml dependency:copy-dependencies',
    );
  }
  return jars
    .sort()
    .map((jar) => join(libs, jar))
    .join(delimiter);
}

/** The java to use: of JAVA_HOME, else the first on the path. */
export function javaBinary(): string {
  const home = process.env.JAVA_HOME;
  const folders = [
    ...(home ? [join(home, 'bin')] : []),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const found = folders
    .map((folder) => join(folder, 'java'))
    .find((java) => statSync(java, { throwIfNoEntry: false })?.isFile());
  if (!found) {
    throw new StackError(
      'Java 17 or newer is needed for the local Apache Kafka. Install it (Debian: apt install ' +
        'openjdk-17-jre-headless), or set KAFKA_BROKERS to a broker of your own',
    );
  }
  return realpathSync(found);
}

/**
 * Where this machine's class data archive lies: bound to the Java build and to the class path. It halves the start and
 * is made by the broker itself when it stops for the first time.
 */
export function classArchive(java: string, classPath: string): string {
  const { mtimeMs, size } = statSync(java);
  const key = createHash('sha256').update(`${java}\n${mtimeMs}\n${size}\n${classPath}`);
  return join(target, `kafka-${key.digest('hex').slice(0, 16)}.jsa`);
}
