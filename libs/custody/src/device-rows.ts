import type { DataOf } from '#contracts';

/**
 * What devices of one product came to at one outlet of a run: components by kind, and what was left
 * of them. The books know hazards and classes; what is in the parts, and of which category of waste
 * they are, is asked of this.
 */
export interface DeviceRow {
  readonly outlet: number;
  /** Product key of the devices, as the bench names it. */
  readonly product: string;
  /** Kind of component; null: what was left of the devices. */
  readonly kind: string | null;
  /** What was left is whole devices: nothing was taken out of them. */
  readonly whole: boolean;
  /** The bench's word for the hazard; null: none. */
  readonly hazard: string | null;
  massMg: bigint;
  count: bigint;
  /** Of the count, those without a mass. */
  unweighed: bigint;
}

type Frame = DataOf<'devicesDismantled'>;
type Key = Omit<DeviceRow, 'massMg' | 'count' | 'unweighed'>;

/** Adds what a frame says to the run's rows; `sign` -1n takes it back. */
export function addDevices(run: { devices?: DeviceRow[] }, frame: Frame, sign: 1n | -1n): void {
  const rows = (run.devices ??= []);
  const index = new Map(rows.map((row) => [keyOf(row), row]));
  const add = (key: Key, massMg: bigint | null): void => {
    let row = index.get(keyOf(key));
    if (row === undefined) {
      row = { ...key, massMg: 0n, count: 0n, unweighed: 0n };
      index.set(keyOf(key), row);
      rows.push(row);
    }
    row.massMg += sign * (massMg ?? 0n);
    row.count += sign;
    if (massMg === null) row.unweighed += sign;
  };
  const { kinds, hazards, device, kind, hazard, outlet, massMg } = frame.components;
  const taken = frame.massMg.map(() => ({ massMg: 0n, parts: 0 }));
  const productOf = (at: number): string => frame.products[frame.product[at]!]!;
  device.forEach((of, at) => {
    const found = hazard[at] ?? null;
    const weighed = massMg[at] ?? null;
    const mg = weighed === null ? null : BigInt(weighed);
    taken[of]!.massMg += mg ?? 0n;
    taken[of]!.parts++;
    const key = { outlet: outlet[at]!, product: productOf(of), kind: kinds[kind[at]!]! };
    add({ ...key, whole: false, hazard: found === null ? null : hazards[found]! }, mg);
  });
  frame.massMg.forEach((mg, at) => {
    const whole = taken[at]!.parts === 0;
    const left = mg === null ? null : BigInt(mg) - taken[at]!.massMg;
    const leftMg = left !== null && left < 0n ? 0n : left;
    const key = { outlet: frame.restOutlet[at]!, product: productOf(at), kind: null };
    add({ ...key, whole, hazard: null }, leftMg);
  });
}

const keyOf = ({ outlet, product, kind, whole, hazard }: Key): string =>
  `${outlet} ${product} ${kind ?? ''} ${whole ? 'whole' : ''} ${hazard ?? ''}`;
