import fc from 'fast-check';
import { CUSTODY_MODELS, type DataOf } from '#contracts';
import { type DrawnPiece, frame, frameOf } from './drawn-frames.js';
import { SITE, Station, type StationEvent, adoption } from './site-stream.js';
import { type Yard, type YardDeed, addYardDeeds, yardDeeds } from './yard-history.js';
import { type TransferSpeakers, aftermath, aftermathOf, departureOf } from './site-transfers.js';
import { incoming, incomingOf, openingsOf, transferSpeakers } from './site-transfers.js';

/**
 * Plausible histories of a site: visits bring lots, runs sort them, the yard blends, splits, piles,
 * counts and sets apart, shipments leave, and every station numbers its own events. Masses are drawn small and freely, so that lots are overdrawn,
 * runs do not balance and shipments exceed their lots often.
 */
export interface SiteHistory {
  /** In the order in which it happened; the first is the registry's. */
  readonly events: readonly StationEvent[];
}

const mass = fc.integer({ min: 0, max: 5_000 });
const uncertaintyMg = fc.integer({ min: 0, max: 200 });

const visit = fc.record({
  grossMg: mass,
  tareMg: mass,
  lines: fc.array(
    fc.record({
      massMg: mass,
      uncertaintyMg,
      model: fc.constantFrom(undefined, undefined, ...CUSTODY_MODELS),
      characteristic: fc.constantFrom(
        undefined,
        { name: 'post-consumer', sharePpm: 1_000_000 },
        { name: 'post-consumer', sharePpm: 300_000 },
        { name: 'constructor', sharePpm: 1_000_000 },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  deductionMg: fc.option(mass, { nil: undefined }),
  alarm: fc.boolean(),
});

/** What happens within a run, in any order. Outlet 2 is one that no run lists. */
const step = fc.oneof(
  fc.record({ what: fc.constant('frame' as const), pieces: frame }),
  fc.record({ what: fc.constant('feed' as const), lot: fc.nat(), massMg: mass, uncertaintyMg }),
  fc.record({
    what: fc.constant('container' as const),
    outlet: fc.integer({ min: 0, max: 2 }),
    massMg: mass,
    uncertaintyMg,
  }),
);

const run = fc.record({
  steps: fc.array(step, { maxLength: 8 }),
  dustMg: mass,
  /** How many of the line's stations `run.closed` names. */
  named: fc.constantFrom(3, 3, 2, 0),
  closed: fc.boolean(),
  /** Two runs may fill one lot. */
  intoFirstLots: fc.boolean(),
});

const shipment = fc.record({
  lot: fc.nat(),
  massMg: mass,
  uncertaintyMg,
  all: fc.boolean(),
  aftermath,
});
type DrawnShipment = typeof shipment extends fc.Arbitrary<infer Value> ? Value : never;

type Drawn = {
  readonly visits: Parameters<typeof addVisit>[2][];
  readonly runs: Parameters<typeof addRun>[2][];
  readonly shipments: Parameters<typeof addShipment>[2][];
  readonly early: readonly YardDeed[];
  readonly late: readonly YardDeed[];
  readonly received: Parameters<typeof incomingOf>[2][];
  /** Whether shipments leave before the runs. */
  readonly shipEarly: boolean;
};

export const siteHistory: fc.Arbitrary<SiteHistory> = fc
  .record({
    visits: fc.array(visit, { minLength: 1, maxLength: 3 }),
    runs: fc.array(run, { maxLength: 3 }),
    shipments: fc.array(shipment, { maxLength: 3 }),
    received: fc.array(incoming, { maxLength: 2 }),
    shipEarly: fc.boolean(),
    early: yardDeeds,
    late: yardDeeds,
  })
  .map((drawn: Drawn) => {
    const plant = newPlant();
    drawn.visits.forEach((one, index) => {
      addVisit(plant, index, one);
    });
    drawn.received.forEach((one, index) => {
      plant.events.push(openingsOf(plant.transfers, `${SITE}.visit-${index}`));
      plant.events.push(incomingOf(plant.transfers, index, one));
    });
    const ship = (): void => {
      drawn.shipments.forEach((one, index) => {
        addShipment(plant, index, one);
      });
    };
    addYardDeeds(plant, 'early', drawn.early);
    if (drawn.shipEarly) ship();
    drawn.runs.forEach((one, index) => {
      addRun(plant, index, one);
    });
    addYardDeeds(plant, 'late', drawn.late);
    if (!drawn.shipEarly) ship();
    return { events: plant.events };
  });

interface Plant extends Yard {
  readonly gate: Station;
  readonly bridge: Station;
  readonly line: Station;
  readonly belt: Station;
  readonly sorter: Station;
  readonly floor: Station;
  readonly transfers: TransferSpeakers;
}

const newPlant = (gate = new Station('gate')): Plant => ({
  events: [adoption()],
  lots: [],
  gate,
  transfers: transferSpeakers(gate),
  bridge: new Station('bridge'),
  line: new Station('line'),
  belt: new Station('belt'),
  sorter: new Station('sorter'),
  floor: new Station('floor'),
  yard: new Station('yard'),
  lab: new Station('chemist'),
});

type Line = DataOf<'deliveryCompleted'>['lines'][number];

function addVisit(
  { events, lots, gate, bridge }: Plant,
  index: number,
  drawn: {
    grossMg: number;
    tareMg: number;
    lines: Pick<Line, 'massMg' | 'uncertaintyMg' | 'model' | 'characteristic'>[];
    deductionMg: number | undefined;
    alarm: boolean;
  },
): void {
  const visitId = `${SITE}.visit-${index}`;
  const weighing = (kind: 'gross' | 'tare', massMg: number): StationEvent =>
    bridge.say('weighingRecorded', visitId, {
      visitId,
      weighing: kind,
      scaleId: 'bridge-1',
      massMg,
      uncertaintyMg: 50,
    });
  const lines = drawn.lines.map((line, at) => ({
    lotId: `${SITE}.lot-${index}-${at}`,
    stream: 'steel' as const,
    declaredGrade: 'E40',
    ewc: '191001',
    origin: 'yard',
    ...line,
  }));
  lots.push(...lines.map(({ lotId }) => lotId));
  events.push(
    gate.say('vehicleArrived', visitId, { visitId, direction: 'inbound' }),
    weighing('gross', drawn.grossMg),
    gate.say('inspectionRecorded', visitId, {
      visitId,
      radiation: { verdict: drawn.alarm ? 'alarm' : 'clear' },
      sealedContainers: 0,
      moisturePpm: null,
      contaminationPpm: drawn.grossMg % 20_000,
      ...(drawn.grossMg % 2 === 0 ? { contaminationUncertaintyPpm: 800 } : {}),
    }),
    gate.say('deliveryCompleted', visitId, {
      visitId,
      lines,
      ...(drawn.deductionMg === undefined
        ? {}
        : { deductions: [{ account: 'moisture', massMg: drawn.deductionMg, reason: 'rain' }] }),
    }),
    weighing('tare', drawn.tareMg),
  );
}

type Step =
  | { what: 'frame'; pieces: DrawnPiece[] }
  | { what: 'feed'; lot: number; massMg: number; uncertaintyMg: number }
  | { what: 'container'; outlet: number; massMg: number; uncertaintyMg: number };

function addRun(
  plant: Plant,
  index: number,
  drawn: {
    steps: Step[];
    dustMg: number;
    named: number;
    closed: boolean;
    intoFirstLots: boolean;
  },
): void {
  const { events, lots, line } = plant;
  const runId = `${SITE}.run-${index}`;
  const target = drawn.intoFirstLots ? 0 : index;
  const outlets = ['steel', 'copper'].map((targetClass, outlet) => ({
    outlet,
    lotId: `${SITE}.out-${target}-${outlet}`,
    targetClass,
    ...(outlet === 0 ? { targetGrade: 'E40' } : {}),
  }));
  const inputs = [lots[0]!];
  events.push(
    line.say('runStarted', runId, {
      runId,
      lineId: 'line-1',
      recipe: 'steel-1',
      stream: 'steel',
      inputs,
      outlets,
    }),
    ...stepsOf(plant, runId, drawn.steps),
  );
  lots.push(...outlets.map(({ lotId }) => lotId));
  if (!drawn.closed) return;
  const upTo = [plant.belt, plant.sorter, plant.floor]
    .slice(0, drawn.named)
    .filter(({ lastSeq }) => lastSeq > 0)
    .map(({ source, boot, lastSeq }) => ({ source, boot, seq: lastSeq }));
  const dust = { massMg: drawn.dustMg, uncertaintyMg: 10, reason: 'filter' };
  events.push(
    line.say('runClosed', runId, { runId, losses: [{ account: 'dust', ...dust }], upTo }),
  );
}

function stepsOf(plant: Plant, runId: string, steps: readonly Step[]): StationEvent[] {
  const fed = new Map<string, number>();
  return steps.map((drawn) => {
    if (drawn.what === 'frame')
      return plant.sorter.say('piecesClassified', runId, frameOf(runId, drawn.pieces));
    if (drawn.what === 'container') {
      const { outlet, massMg, uncertaintyMg: uncertainty } = drawn;
      return plant.floor.say('containerWeighed', runId, {
        runId,
        outlet,
        containerId: 'skip-1',
        scaleId: 'floor-1',
        massMg,
        uncertaintyMg: uncertainty,
      });
    }
    const lotId = plant.lots[drawn.lot % plant.lots.length]!;
    const cumulativeMg = (fed.get(lotId) ?? 0) + drawn.massMg;
    fed.set(lotId, cumulativeMg);
    return plant.belt.say('feedMetered', runId, {
      runId,
      lotId,
      cumulativeMg,
      uncertaintyMg: drawn.uncertaintyMg,
      method: 'belt-scale',
      scaleId: 'belt-1',
    });
  });
}

function addShipment(
  { events, lots, gate, bridge, transfers }: Plant,
  index: number,
  { lot, aftermath: after, ...line }: DrawnShipment,
): void {
  const shipmentId = `${SITE}.shipment-${index}`;
  const lotId = lots[lot % lots.length]!;
  const visitId = `${SITE}.departure-${index}`;
  events.push(
    ...departureOf(bridge, visitId, line.massMg),
    gate.say('shipmentDispatched', shipmentId, {
      shipmentId,
      visitId,
      consignee: 'Mill',
      ...(after.consigneeSite ? { consigneeSite: 'south' } : {}),
      lines: [{ lotId, ...line }],
    }),
    ...aftermathOf(transfers, shipmentId, lotId, after),
  );
}
