import { BadRequestException } from '@nestjs/common';
import { z } from 'zod';

/** How many items a page has at most; more would hold a connection for too long. */
const PAGE_LIMIT_MAX = 200;
const PAGE_LIMIT_DEFAULT = 50;

/** Query parameters of every list. */
export const pageQuery = {
  cursor: z.string().max(600).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
};

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** Answer of a list: `{"items": […], "next": …}`. */
export const pageOf = <Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodNullable<z.ZodString> }> =>
  z.strictObject({
    items: z.array(item),
    next: z.string().nullable().describe('cursor of the next page; null at the end'),
  });

/** Where a page ended: `order` names the order it belongs to, `key` the last item's place in it. */
type Key = readonly (string | number)[];

const cursorSchema = z.tuple([z.string()], z.union([z.string(), z.int()]));

/** Opaque to clients: base64url of JSON. */
export const encodeCursor = (order: string, key: Key): string =>
  Buffer.from(JSON.stringify([order, ...key])).toString('base64url');

/** The key in `cursor`, or null without one. 400 when it is not a cursor of this order and shape. */
export function decodeCursor<Shape extends z.ZodType<Key>>(
  cursor: string | undefined,
  order: string,
  shape: Shape,
): z.output<Shape> | null {
  if (cursor === undefined) return null;
  const parsed = cursorSchema.safeParse(parseJson(cursor));
  const key =
    parsed.success && parsed.data[0] === order ? shape.safeParse(parsed.data.slice(1)) : undefined;
  if (key?.success !== true) {
    throw new BadRequestException(
      'cursor: not one that this list gave; send `next` of the page before with the same other ' +
        'parameters, or leave it out to begin at the first page',
    );
  }
  return key.data;
}

function parseJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * A page out of `rows`, which MUST have been asked for with a limit of one more than the page's, so
 * that it is known whether there is a next page.
 */
export function toPage<Item>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => string,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
