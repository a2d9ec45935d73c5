import type { DataOf } from '#contracts';
import type { Component } from '#materials';

type Columns = DataOf<'devicesDismantled'>['components'];

/** Parts that a bench took out, in the columns of `devices.dismantled`. */
export class ComponentColumns {
  readonly #device: number[] = [];
  readonly #kind: number[] = [];
  readonly #massMg: number[] = [];
  readonly #hazards: readonly string[];

  /** Of each kind the outlet is the place in the list. */
  constructor(private readonly kinds: readonly Component[]) {
    this.#hazards = [...new Set(kinds.flatMap(({ hazard }) => hazard ?? []))];
  }

  add(part: { readonly device: number; readonly kind: number; readonly massMg: number }): void {
    this.#device.push(part.device);
    this.#kind.push(part.kind);
    this.#massMg.push(part.massMg);
  }

  columns(): Columns {
    const hazardOf = (kind: number): number | null => {
      const { hazard } = this.kinds[kind]!;
      return hazard === undefined ? null : this.#hazards.indexOf(hazard);
    };
    return {
      kinds: this.kinds.map(({ component }) => component),
      hazards: [...this.#hazards],
      device: this.#device,
      kind: this.#kind,
      massMg: this.#massMg,
      outlet: [...this.#kind],
      hazard: this.#kind.map(hazardOf),
    };
  }
}
