import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { invariant } from '#contracts';
import {
  type EventMark,
  type NewEvent,
  type Spool,
  type Uploader,
  createUploader,
  fetchPosition,
  loadPrivateKey,
  openSpool,
} from '#edge';
import type { Logger } from '#process';
import { RequestKeys } from './request-keys.js';

/** Where the desks find their keys and what they speak to. */
export interface DeskPlace {
  readonly gatewayUrl: string;
  readonly keysDir: string;
  readonly dataDir: string;
}

export type Entered =
  | { readonly kind: 'entered'; readonly mark: EventMark; readonly repeated: boolean }
  | { readonly kind: 'key-used'; readonly mark: EventMark };

const POSITION_WITHIN_MS = 2_000;
const UPLOAD_ALL_WITHIN_MS = 5_000;

/** The office of one site: a station like every other, whose events people type. */
export class OfficeDesk {
  private constructor(
    readonly source: string,
    private readonly spool: Spool,
    private readonly uploader: Uploader,
    private readonly keys: RequestKeys,
  ) {}

  static async open(
    place: DeskPlace,
    given: { readonly siteId: string; readonly source: string; readonly token: string },
    logger: Logger,
  ): Promise<OfficeDesk> {
    const { gatewayUrl, keysDir, dataDir } = place;
    const { siteId, source, token } = given;
    const asked = { gatewayUrl, token, source };
    const position = await fetchPosition(asked, AbortSignal.timeout(POSITION_WITHIN_MS)).catch(
      (error: unknown) => {
        // The spool goes on with its boot; the uploader asks again.
        logger.warn({ source, err: error }, 'the desk opens without its position');
        return null;
      },
    );
    const onFailure = (error: unknown): void => {
      throw error;
    };
    const dir = join(dataDir, source);
    const spool = openSpool({
      dir: join(dir, 'spool'),
      source,
      siteId,
      privateKey: loadPrivateKey(keysDir, source),
      software: { name: 'urbanmine-office', version: '0.1.0' },
      position,
      onFailure,
    });
    const keys = new RequestKeys(dir, { boot: spool.boot, seq: spool.lastSeq });
    const onProblem = (why: string): void => {
      logger.warn({ source, why }, 'the desk tries again');
    };
    const uploader = createUploader({ gatewayUrl, token, spool, onProblem, onFailure });
    uploader.start();
    return new OfficeDesk(source, spool, uploader, keys);
  }

  /**
   * Says the event, once for a key: the same request again gives the mark of the first. On disk
   * when it resolves. Throws a RetriableError when the spool is full.
   */
  async enter(key: string, event: NewEvent): Promise<Entered> {
    const digest = digestOf(event);
    const known = this.keys.find(key);
    if (known !== undefined) {
      const mark = { boot: known.boot, seq: known.seq };
      if (known.digest !== digest) return { kind: 'key-used', mark };
      return { kind: 'entered', mark, repeated: true };
    }
    const mark = this.append(key, digest, event);
    await this.spool.sync();
    return { kind: 'entered', mark, repeated: false };
  }

  /** Nothing may come between key and event: they share the seq. */
  private append(key: string, digest: string, event: NewEvent): EventMark {
    const { boot, lastSeq } = this.spool;
    const kept = { key, digest, boot, seq: lastSeq + 1 };
    this.keys.remember(kept);
    try {
      const mark = this.spool.append(event);
      invariant(mark.boot === boot && mark.seq === kept.seq, 'a key was kept for another event');
      return mark;
    } catch (error) {
      this.keys.forget(kept);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.uploader.stop(UPLOAD_ALL_WITHIN_MS);
    await this.spool.close();
    this.keys.close();
  }
}

/** Of what a person meant: a repeated request is a moment later, and says the same. */
const digestOf = ({ type, actor, data }: NewEvent): string =>
  createHash('sha256')
    .update(JSON.stringify([type, actor, data]))
    .digest('hex');
