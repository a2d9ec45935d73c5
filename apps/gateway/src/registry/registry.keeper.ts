import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Pool } from '#database';
import type { Logger, ReadinessResult } from '#process';
import { DATABASE, LOGGER, REGISTRY_OPTIONS } from '../gateway.tokens.js';
import { Directory, type RegistryVersion } from './directory.js';
import { readRegistryFile, writeRegistryFile } from './registry.file.js';
import { loadVersions, registryFingerprint } from './registry.store.js';

export interface RegistryOptions {
  readonly file: string;
  readonly pollMs: number;
}

/**
 * Holds the directory in force: from the disk at start, from the database as soon as it answers,
 * then whenever a version changes there. Without the database the last one stays in force.
 */
@Injectable()
export class RegistryKeeper implements OnModuleInit, OnModuleDestroy {
  private directory: Directory | undefined;
  private fingerprint: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  private away = false;

  constructor(
    @Inject(DATABASE) private readonly database: Pool,
    @Inject(REGISTRY_OPTIONS) private readonly options: RegistryOptions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Undefined until the registry was read once, from wherever. */
  get current(): Directory | undefined {
    return this.directory;
  }

  readiness(): ReadinessResult {
    if (this.directory !== undefined) return { ready: true };
    return { ready: false, reason: 'the registry was not read yet' };
  }

  async onModuleInit(): Promise<void> {
    try {
      const versions = await readRegistryFile(this.options.file);
      if (versions !== undefined) this.adopt(versions);
    } catch (err) {
      this.logger.warn({ err, file: this.options.file }, 'the kept registry cannot be read');
    }
    this.poll();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private poll(): void {
    this.running = this.refresh().finally(() => {
      if (this.stopped) return;
      this.timer = setTimeout(() => {
        this.poll();
      }, this.options.pollMs);
    });
  }

  private async refresh(): Promise<void> {
    try {
      const fingerprint = await registryFingerprint(this.database);
      if (this.away) this.logger.info('the registry is read from the database again');
      this.away = false;
      if (fingerprint === this.fingerprint) return;
      const versions = await loadVersions(this.database);
      this.adopt(versions);
      // A change between the two queries is found by the next poll: it sees another fingerprint.
      this.fingerprint = fingerprint;
      await writeRegistryFile(this.options.file, versions);
    } catch (err) {
      // Said once an outage, not at each poll.
      if (!this.away) this.logger.warn({ err }, 'the registry cannot be refreshed');
      this.away = true;
    }
  }

  private adopt(versions: readonly RegistryVersion[]): void {
    this.directory = new Directory(versions);
    const { problems } = this.directory;
    if (problems.length > 0) this.logger.error({ problems }, 'the registry has problems');
    const sites = versions.map(({ siteId, version }) => `${siteId}@${version}`);
    this.logger.info({ sites }, 'registry in force');
  }
}
