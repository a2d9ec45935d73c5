import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Names at the end of a test run what it left out for want of a tool, and how to get it. With
 * REQUIRE_ALL=1 (the gate) a missing tool fails the run.
 */
const TOOLS = [
  { name: 'promtool', part: 'unit tests of alerting rules', remedy: 'apt-get install prometheus' },
  {
    name: 'prometheus',
    part: 'a real scrape of the services',
    remedy: 'apt-get install prometheus',
  },
  { name: 'kcat', part: 'reading topics with a foreign client', remedy: 'apt-get install kcat' },
  { name: 'mosquitto', part: 'MQTT with a real broker', remedy: 'apt-get install mosquitto' },
  { name: 'python3', part: 'the readers in Python', remedy: 'apt-get install python3' },
  { name: 'kubectl', part: 'building the manifests', remedy: 'apt-get install kubernetes-client' },
];

// Debian puts servers where only root looks.
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
const onPath = (name) => FOLDERS.some((folder) => existsSync(join(folder, name)));

export default class LeftOutReporter {
  #missing = [];

  onRunComplete(contexts) {
    // A run of the pure specs alone leaves nothing out: they need no tool.
    const projects = [...contexts].map((context) => context.config.displayName?.name);
    if (!projects.includes('integration')) return;
    this.#missing = TOOLS.filter(({ name }) => !onPath(name)).map(
      ({ name, part, remedy }) => `${part}: no ${name} (${remedy})`,
    );
    const vectors = fileURLToPath(new URL('../../shared/vectors', import.meta.url));
    if (!existsSync(vectors)) {
      this.#missing.push('third-party test vectors: no shared/vectors beside the repository');
    }
    if (this.#missing.length === 0) return;
    process.stderr.write(
      `\nLeft out of this run:\n${this.#missing.map((m) => `  - ${m}\n`).join('')}`,
    );
  }

  getLastError() {
    if (process.env.REQUIRE_ALL === '1' && this.#missing.length > 0) {
      return new Error(`left out: ${this.#missing.join('; ')}`);
    }
    return undefined;
  }
}
