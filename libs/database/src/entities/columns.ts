import type { ColumnOptions, ValueTransformer } from 'typeorm';

/** An absent value stays what it is; a value to write or a find operator passes through. */
const reading = (read: (value: string | Date) => unknown): ValueTransformer => ({
  from: (value: string | Date | null) => (value === null ? null : read(value)),
  to: (value: unknown) => value,
});

/** An index, a size or a count: below 2^53 in any log that will ever be. */
export const count = { type: 'bigint', transformer: reading(Number) } satisfies ColumnOptions;

const exact = reading((value) => BigInt(value as string));

/** A Kafka offset, or a count of pieces. */
export const large = { type: 'bigint', transformer: exact } satisfies ColumnOptions;

/** A mass in mg; a sum may exceed 2^63. */
export const mass = { type: 'numeric', transformer: exact } satisfies ColumnOptions;

/** RFC 3339, UTC, milliseconds. */
export const time = {
  type: 'timestamptz',
  transformer: reading((value) => new Date(value).toISOString()),
} satisfies ColumnOptions;

export const text = { type: 'text' } as const;
export const whole = { type: 'integer' } as const;
export const bytes = { type: 'bytea' } as const;
export const json = { type: 'jsonb' } as const;

export const orNull = (options: ColumnOptions): ColumnOptions => ({ ...options, nullable: true });
