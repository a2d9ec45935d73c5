import type { RunningLine } from './running-line.js';

/** Answer of `POST /v1/office/{name}`. */
export interface Entered {
  readonly source: string;
  readonly boot: number;
  readonly seq: number;
  readonly repeated: boolean;
  readonly logged: boolean;
}

/** Enters one event at the office of `north`, as curl would; throws unless it is taken. */
export async function enter(
  line: RunningLine,
  name: string,
  data: object,
  key: string,
): Promise<Entered> {
  const response = await fetch(`${line.url('api')}/v1/office/${name}`, {
    method: 'POST',
    headers: { actor: 'p-17', 'idempotency-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ siteId: 'north', data }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${name} answers ${response.status}: ${text}`);
  return JSON.parse(text) as Entered;
}

const KG = 1_000_000;
const visitId = 'north.visit-by-hand';
const runId = 'north.run-by-hand';
const inputLot = 'north.lot-by-hand';
export const HAND_RUN = runId;
export const HAND_LOT = 'north.lot-by-hand-steel';

/** A day without any machine: what each entry says, in the order of the day. */
export const HAND_DAY: readonly (readonly [string, object])[] = [
  ['vehicle.arrived', { visitId, direction: 'inbound' }],
  ...(['gross', 'tare'] as const).map(
    (weighing) =>
      [
        'weighing.recorded',
        {
          visitId,
          weighing,
          scaleId: 'bridge',
          massMg: (weighing === 'gross' ? 24_000 : 14_000) * KG,
          uncertaintyMg: 12 * KG,
        },
      ] as const,
  ),
  [
    'inspection.recorded',
    {
      visitId,
      radiation: { verdict: 'clear' },
      sealedContainers: 0,
      moisturePpm: null,
      contaminationPpm: null,
    },
  ],
  [
    'delivery.completed',
    {
      visitId,
      lines: [
        {
          lotId: inputLot,
          stream: 'steel',
          declaredGrade: 'E3',
          ewc: '170405',
          origin: 'a builder',
          massMg: 10_000 * KG,
          uncertaintyMg: 17 * KG,
        },
      ],
    },
  ],
  [
    'run.started',
    {
      runId,
      lineId: 'by-hand',
      recipe: 'hand-picking',
      stream: 'steel',
      inputs: [inputLot],
      outlets: [
        { outlet: 0, lotId: HAND_LOT, targetClass: 'carbon-steel' },
        { outlet: 1, lotId: 'north.lot-by-hand-copper', targetClass: 'copper-bearing' },
      ],
    },
  ],
  [
    'feed.metered',
    {
      runId,
      lotId: inputLot,
      cumulativeMg: 10_000 * KG,
      uncertaintyMg: 17 * KG,
      method: 'manual',
    },
  ],
  ...[9_600, 370].map(
    (kilograms, outlet) =>
      [
        'container.weighed',
        {
          runId,
          outlet,
          containerId: `skip-${outlet}`,
          scaleId: 'floor',
          massMg: kilograms * KG,
          uncertaintyMg: KG,
        },
      ] as const,
  ),
  [
    'run.closed',
    {
      runId,
      losses: [{ account: 'dust', massMg: 20 * KG, uncertaintyMg: 5 * KG, reason: 'sweepings' }],
      upTo: [],
    },
  ],
  [
    'shipment.dispatched',
    {
      shipmentId: 'north.shipment-by-hand',
      consignee: 'a mill',
      lines: [{ lotId: HAND_LOT, massMg: 9_600 * KG, uncertaintyMg: KG, all: true }],
    },
  ],
];
