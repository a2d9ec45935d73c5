import { BadRequestException } from '@nestjs/common';
import type { z } from 'zod';

/**
 * The query parameters, checked. 400 names every problem and the parameters there are: a parameter
 * that is misspelt would otherwise silently widen the answer.
 */
export function parseQuery<Shape extends z.ZodObject>(
  schema: Shape,
  query: unknown,
): z.output<Shape> {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const known = Object.keys(schema.shape);
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.map(String).join('.');
    return name === '' ? issue.message : `${name}: ${issue.message}`;
  });
  const has = known.length === 0 ? 'none' : known.join(', ');
  throw new BadRequestException(`${problems.join('; ')}. Parameters here: ${has}`);
}
