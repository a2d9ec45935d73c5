import type { DataOf } from '#contracts';
import { id } from './site-day.js';

/** Days of a yard that takes devices apart. */

export interface Device {
  readonly product: string;
  /** What is left of it, or the whole of it. */
  readonly restMg: number | null;
  readonly parts: readonly {
    readonly kind: string;
    readonly massMg: number | null;
    readonly outlet: number;
    readonly hazard?: string;
  }[];
}

/** What is left of every device goes to outlet 0. */
export function devices(run: string, opened: readonly Device[]): DataOf<'devicesDismantled'> {
  const parts = opened.flatMap((device, at) => device.parts.map((part) => ({ ...part, at })));
  const listed = (names: readonly (string | undefined)[]): string[] => [
    ...new Set(names.filter((name) => name !== undefined)),
  ];
  const products = listed(opened.map(({ product }) => product));
  const kinds = listed(parts.map(({ kind }) => kind));
  const hazards = listed(parts.map(({ hazard }) => hazard));
  return {
    runId: id(run),
    products,
    offsetMs: opened.map(() => 0),
    product: opened.map(({ product }) => products.indexOf(product)),
    massMg: opened.map(({ restMg, parts: own }) =>
      restMg === null ? null : own.reduce((sum, { massMg }) => sum + (massMg ?? 0), restMg),
    ),
    massMethod: 'weighed',
    massUncertaintyPpm: 2_000,
    restOutlet: opened.map(() => 0),
    components: {
      kinds,
      hazards,
      device: parts.map(({ at }) => at),
      kind: parts.map(({ kind }) => kinds.indexOf(kind)),
      massMg: parts.map(({ massMg }) => massMg),
      outlet: parts.map(({ outlet }) => outlet),
      hazard: parts.map(({ hazard }) => (hazard === undefined ? null : hazards.indexOf(hazard))),
    },
  };
}
