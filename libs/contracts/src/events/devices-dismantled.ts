import { z } from 'zod';
import { FRAME_DATA_BYTES_MAX } from '../attributes.js';
import { code, outlet, ppm, siteScopedId } from '../fields.js';
import { defineEvent } from '../define-event.js';
import { FRAME_PIECES_MAX } from './frame-limits.js';

const COMPONENTS_MAX = 2_048;
const LIST_MAX = 256;

const perDevice = <Schema extends z.ZodType>(cell: Schema): z.ZodArray<Schema> =>
  z.array(cell).min(1).max(FRAME_PIECES_MAX);
const perComponent = <Schema extends z.ZodType>(cell: Schema): z.ZodArray<Schema> =>
  z.array(cell).max(COMPONENTS_MAX);
const index = z
  .int()
  .min(0)
  .max(LIST_MAX - 1);

const components = z.strictObject({
  kinds: z
    .array(code)
    .max(LIST_MAX)
    .describe('Kinds of components, carried once (`board`, `battery-li`, `magnet-ndfeb`)'),
  hazards: z
    .array(code)
    .max(64)
    .describe('Hazards, carried once (`lithium`, `mercury`, `pcb-capacitor`)'),
  device: perComponent(index).describe('Which device of the frame it was taken from'),
  kind: perComponent(index).describe('Index into `kinds`'),
  massMg: perComponent(z.int().min(0).nullable()).describe(
    'Null: not weighed; counted, not booked',
  ),
  outlet: perComponent(outlet).describe('Outlet of the run that it went to'),
  hazard: perComponent(z.int().min(0).max(63).nullable()).describe(
    'Index into `hazards`; null: none',
  ),
});

export const devicesDismantled = defineEvent({
  name: 'devices.dismantled',
  summary: 'A frame of devices taken apart, in columns, with components, outlets and hazards.',
  docs:
    'Columns of `components` have a cell a component, the others a cell a device. What is left of a ' +
    'device goes to its `restOutlet`; a device that was not opened has no component. A component ' +
    'with a hazard is booked to a hazardous account, whatever its outlet.',
  by: ['bench', 'office'],
  subject: 'run',
  dataBytesMax: FRAME_DATA_BYTES_MAX,
  epcis: { event: 'TransformationEvent', bizStep: 'dismantling', readPoint: 'source' },
  schema: z
    .strictObject({
      runId: siteScopedId,
      products: z
        .array(code)
        .min(1)
        .max(LIST_MAX)
        .describe('Product keys, carried once (`unu-0303`)'),
      offsetMs: perDevice(z.int().min(0).max(3_600_000)).describe(
        "Milliseconds after the event's `time` at which each device was done",
      ),
      product: perDevice(index).describe('Index into `products`'),
      massMg: perDevice(z.int().min(0).nullable()).describe(
        'Of the whole device, before it was opened; null: not weighed',
      ),
      massMethod: z.enum(['weighed', 'book', 'none']),
      massUncertaintyPpm: ppm.describe('Standard uncertainty of one mass, as a share of it'),
      restOutlet: perDevice(outlet),
      components,
    })
    .superRefine((frame, context) => {
      for (const [path, problem] of frameProblems(frame)) {
        context.addIssue({ code: 'custom', path: path.split('.'), message: problem });
      }
    }),
  examples: [
    {
      runId: 'east.run-20261124-004',
      products: ['unu-0303', 'unu-0306'],
      offsetMs: [0, 41_000],
      product: [0, 1],
      massMg: [2_310_000, 148_000],
      massMethod: 'weighed',
      massUncertaintyPpm: 2_000,
      restOutlet: [0, 0],
      components: {
        kinds: ['board', 'battery-li', 'magnet-ndfeb'],
        hazards: ['lithium'],
        device: [0, 0, 0, 1],
        kind: [0, 1, 2, 1],
        massMg: [310_000, 290_000, 12_400, null],
        outlet: [1, 2, 3, 2],
        hazard: [null, 0, null, 0],
      },
    },
  ],
});

interface Frame {
  readonly products: readonly string[];
  readonly offsetMs: readonly number[];
  readonly product: readonly number[];
  readonly massMg: readonly (number | null)[];
  readonly restOutlet: readonly number[];
  readonly components: z.infer<typeof components>;
}

/** Path and problem of every column that does not fit the others or the list it points into. */
function frameProblems(frame: Frame): (readonly [string, string])[] {
  const { kinds, hazards, device, kind, massMg, outlet: to, hazard } = frame.components;
  const devices = frame.massMg.length;
  const parts = massMg.length;
  return [
    ...sameLength('massMg', devices, {
      offsetMs: frame.offsetMs,
      product: frame.product,
      restOutlet: frame.restOutlet,
    }),
    ...sameLength('components.massMg', parts, {
      'components.device': device,
      'components.kind': kind,
      'components.outlet': to,
      'components.hazard': hazard,
    }),
    ...pointsInto('product', frame.product, frame.products.length, 'products'),
    ...pointsInto('components.device', device, devices, 'the devices'),
    ...pointsInto('components.kind', kind, kinds.length, 'components.kinds'),
    ...pointsInto('components.hazard', hazard, hazards.length, 'components.hazards'),
  ];
}

const sameLength = (
  of: string,
  cells: number,
  columns: Readonly<Record<string, readonly unknown[]>>,
): (readonly [string, string])[] =>
  Object.entries(columns)
    .filter(([, column]) => column.length !== cells)
    .map(([path, column]) => [path, `${column.length} cells, but ${of} has ${cells}`]);

function pointsInto(
  path: string,
  column: readonly (number | null)[],
  length: number,
  list: string,
): (readonly [string, string])[] {
  const bad = column.findIndex((cell) => cell !== null && cell >= length);
  return bad < 0 ? [] : [[`${path}.${bad}`, `beyond ${list}, which has ${length}`]];
}
