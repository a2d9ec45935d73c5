import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ForbiddenException, UnauthorizedException } from '@nestjs/common';
import { z } from 'zod';

/** Pseudonym of a person: it enters the log, which never forgets, so it MUST NOT be a name. */
const ACTOR = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const actorsFile = z.record(z.string().regex(ACTOR), z.hex().length(64));

/** What of a request tells who asks. */
export interface Caller {
  readonly authorization: string | undefined;
  readonly actor: string | undefined;
  /** Address that the connection comes from. */
  readonly address: string | undefined;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Pseudonyms with the digests of their tokens, or null where this machine is trusted. */
export type Actors = Readonly<Record<string, string>> | null;

/** Throws when the file cannot be read or is something else. */
export const readActors = (file: string | undefined): Actors =>
  file === undefined ? null : actorsFile.parse(JSON.parse(readFileSync(file, 'utf8')));

/** The pseudonym of who asks. Throws 401, or 403 for who may not. */
export function actorOf(actors: Actors, { authorization, actor, address }: Caller): string {
  if (actors !== null) return actorOfToken(actors, authorization);
  if (address === undefined || !LOOPBACK.has(address)) {
    throw new ForbiddenException(
      'only this machine may enter something here; ACTORS_FILE opens the desk to others',
    );
  }
  if (actor === undefined || !ACTOR.test(actor)) {
    throw new UnauthorizedException(
      'the header `actor` names the pseudonym of who enters this: letters, digits, ".", "_", "-"',
    );
  }
  return actor;
}

function actorOfToken(actors: Readonly<Record<string, string>>, authorization?: string): string {
  const token = /^Bearer ([A-Za-z0-9._~+/-]{16,512}=*)$/.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    throw new UnauthorizedException('send `Authorization: Bearer <your token>`');
  }
  const given = createHash('sha256').update(token).digest();
  const found = Object.entries(actors).find(([, digest]) =>
    timingSafeEqual(Buffer.from(digest, 'hex'), given),
  );
  if (found === undefined) throw new UnauthorizedException('nobody at this desk has that token');
  return found[0];
}
