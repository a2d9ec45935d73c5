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

/** What of a request tells who else stands behind an entry. */
export interface Approval {
  /** The header `approval`: `Bearer <token of the second person>`. */
  readonly authorization: string | undefined;
  readonly actor: string;
  /** Whom the entry names. */
  readonly approvedBy: string;
}

/**
 * Throws 403 unless the second person of an entry is another one, and is here: where there are
 * tokens, by their own. Where there are none, the entry is taken at its word, as the actor is.
 */
export function checkApproval(
  actors: Actors,
  { authorization, actor, approvedBy }: Approval,
): void {
  if (approvedBy === actor) {
    throw new ForbiddenException(`data.approvedBy: "${actor}" enters this; it takes another one`);
  }
  if (actors === null) return;
  const approver = bearerOf(actors, authorization);
  if (approver === approvedBy) return;
  throw new ForbiddenException(
    `data.approvedBy: "${approvedBy}" must be here; send their token too, ` +
      '`approval: Bearer <their token>`',
  );
}

function actorOfToken(actors: Readonly<Record<string, string>>, authorization?: string): string {
  if (!BEARER.test(authorization ?? '')) {
    throw new UnauthorizedException('send `Authorization: Bearer <your token>`');
  }
  const found = bearerOf(actors, authorization);
  if (found === null) throw new UnauthorizedException('nobody at this desk has that token');
  return found;
}

const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{16,512}=*)$/;

/** Whose token it is; null: none, or nobody's. */
function bearerOf(actors: Readonly<Record<string, string>>, authorization?: string): string | null {
  const token = BEARER.exec(authorization ?? '')?.[1];
  if (token === undefined) return null;
  const given = createHash('sha256').update(token).digest();
  const found = Object.entries(actors).find(([, digest]) =>
    timingSafeEqual(Buffer.from(digest, 'hex'), given),
  );
  return found?.[0] ?? null;
}
