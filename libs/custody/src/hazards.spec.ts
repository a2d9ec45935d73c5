import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import { correct } from '../../../test/arbitraries/corrections.js';
import {
  Day,
  RUN,
  codesOf,
  factNames,
  frame,
  id,
  scan,
  ship,
  start,
  weigh,
} from '../../../test/arbitraries/site-day.js';
import { release } from '../../../test/arbitraries/yard-day.js';
import { recogniseFrame } from '#materials';
import { decodeRecord } from './decode-record.js';
import type { FoldResult, LotState } from './model.js';
import { withHazards } from './hazards.js';
import { balanceMg } from './mass.js';

type Frame = DataOf<'piecesClassified'>;
type Devices = DataOf<'devicesDismantled'>;

const lotOf = (day: Day, lot: string): LotState => day.set.lots.get(id(lot))!;

/** A frame to outlets 0 of which the second piece, 700 mg, is what `classification` says. */
const frameWith = (classification: Partial<Frame['classification']>): Frame => {
  const plain = frame('run-1', [
    [0, 400],
    [0, 700],
    [0, 100],
  ]);
  return { ...plain, classification: { ...plain.classification, ...classification } };
};

const BATTERY = frameWith({
  classes: ['steel', 'battery'],
  class: [0, 1, 0],
  flags: ['unresolved', 'hazard:battery'],
  flagged: [0, 0, 1, 1],
});

const see = (day: Day, seen: Frame): FoldResult =>
  day.fold(day.sorter.say('piecesClassified', RUN, seen));

describe('a battery in a frame of steel', () => {
  it('raises a critical exception in the same fold and sets the lot behind the outlet apart', () => {
    const day = new Day();
    start(day, 'out-1');
    const found = see(day, BATTERY);
    expect(factNames(found)).toEqual([
      'exception.raised hazard-found',
      'lot.quarantined hazard-found',
    ]);
    expect(found.exceptionsRaised).toMatchObject([
      {
        severity: 'critical',
        about: id('out-1'),
        figures: {
          hazard: 'battery',
          ewc: '16 02 15*',
          run: RUN,
          outlet: '0',
          pieces: '1',
          massMg: '700',
        },
      },
    ]);
    expect(lotOf(day, 'out-1')).toMatchObject({
      status: 'quarantined',
      quarantine: { reason: 'hazard-found', mandatory: true },
    });
  });

  it('stands in an account of its own', () => {
    const day = new Day();
    start(day, 'out-1');
    const { turnovers } = see(day, BATTERY);
    expect(turnovers.get(`E:lot:${id('out-1')}:battery`)?.debitsMg).toBe(700n);
    expect(turnovers.get(`E:lot:${id('out-1')}:steel`)?.debitsMg).toBe(500n);
  });

  it('is said once, and again when the lot was released since', () => {
    const day = new Day();
    start(day, 'out-1');
    see(day, BATTERY);
    expect(codesOf(see(day, BATTERY))).toEqual([]);
    expect(codesOf(release(day, 'out-1', 'cleo'))).toEqual([`release-refused ${id('out-1')}`]);
    release(day, 'out-1', 'cleo', 'report 117');
    expect(lotOf(day, 'out-1').status).toBe('open');
    expect(codesOf(see(day, BATTERY))).toEqual([`hazard-found ${id('out-1')}`]);
    expect(lotOf(day, 'out-1').status).toBe('quarantined');
  });

  it('leaves only as a critical exception', () => {
    const day = new Day();
    start(day, 'out-1');
    weigh(day, 0, 1_200);
    see(day, BATTERY);
    expect(codesOf(ship(day, 'ship-1', 'out-1', 1_200, true))).toEqual([
      `quarantined-lot-shipped ${id('out-1')}`,
    ]);
  });

  it('that is heard of after the lot left is as critical', () => {
    const day = new Day();
    start(day, 'out-1');
    weigh(day, 0, 1_200);
    ship(day, 'ship-1', 'out-1', 1_200, true);
    expect(codesOf(see(day, BATTERY))).toEqual([
      `hazard-found ${id('out-1')}`,
      `quarantined-lot-shipped ${id('out-1')}`,
    ]);
    expect(codesOf(see(day, BATTERY))).toEqual([]);
  });

  it('is about the run while no lot is known, which is set apart once it is', () => {
    const day = new Day();
    expect(codesOf(see(day, BATTERY))).toEqual([`unknown-run ${RUN}`, `hazard-found ${RUN}`]);
    const started = start(day, 'out-1');
    expect(factNames(started)).toContain('lot.quarantined hazard-found');
    expect(lotOf(day, 'out-1').estimated['battery']?.debitsMg).toBe(700n);
  });

  it('is found in a frame of masses no belt can carry', () => {
    const day = new Day();
    start(day, 'out-1');
    const { scan: plain, classification } = BATTERY;
    const huge = { ...plain, massMg: [Number.MAX_SAFE_INTEGER, 700, 900] };
    expect(codesOf(see(day, { scan: huge, classification }))).toEqual([
      `hazard-found ${id('out-1')}`,
    ]);
  });
});

describe('a hazard that is only flagged', () => {
  it('is booked as that hazard, whatever class the piece was given', () => {
    const day = new Day();
    start(day, 'out-1');
    const { turnovers } = see(day, frameWith({ flags: ['hazard:lithium'], flagged: [1, 0] }));
    expect(turnovers.get(`E:lot:${id('out-1')}:battery`)?.debitsMg).toBe(700n);
    expect(turnovers.get(`E:lot:${id('out-1')}:steel`)?.debitsMg).toBe(500n);
  });

  it('of a name in no book stands apart too', () => {
    const day = new Day();
    start(day, 'out-1');
    const found = see(day, frameWith({ flags: ['hazard:foo'], flagged: [2, 0] }));
    expect(found.turnovers.get(`E:lot:${id('out-1')}:hazard-foo`)?.debitsMg).toBe(100n);
    expect(found.exceptionsRaised[0]?.figures).not.toHaveProperty('ewc');
  });

  it('has room where a frame has as many classes as it may', () => {
    const classes = Array.from({ length: 64 }, (_none, at) => `class-${at}`);
    const full = frameWith({ classes, class: [63, 63, 0], flags: ['hazard:oil'], flagged: [1, 0] });
    const day = new Day();
    start(day, 'out-1', 'out-2');
    const { turnovers } = see(day, full);
    expect(turnovers.get(`E:lot:${id('out-1')}:oil`)?.debitsMg).toBe(700n);
    expect(turnovers.get(`E:lot:${id('out-1')}:class-63`)?.debitsMg).toBe(400n);
    expect(turnovers.has(`E:lot:${id('out-2')}:class-0`)).toBe(false);
  });

  it('changes no frame whose classes say it already', () => {
    expect(withHazards(BATTERY.classification)).toBe(BATTERY.classification);
  });

  it.each([
    ['flags', { flags: ['hazard:a:b'] }],
    ['flagged', { flagged: [0] }],
    ['flagged', { flagged: [3, 0], flags: ['unresolved'] }],
    ['flagged', { flagged: [0, 1], flags: ['unresolved'] }],
  ])('with unusable %s is refused', (column, classification) => {
    const { attributes } = new Day().sorter.say('piecesClassified', RUN, BATTERY);
    const value = Buffer.from(JSON.stringify(frameWith(classification)));
    expect(() => decodeRecord({ attributes, value, ingestTimeMs: 1 })).toThrow(
      `classification.${column}`,
    );
  });
});

describe('devices taken apart', () => {
  const devices: Devices = {
    runId: RUN,
    products: ['unu-0303'],
    offsetMs: [0, 9],
    product: [0, 0],
    massMg: [2_310, null],
    massMethod: 'weighed',
    massUncertaintyPpm: 2_000,
    restOutlet: [0, 0],
    components: {
      kinds: ['board', 'battery-li'],
      hazards: ['lithium'],
      device: [0, 0, 1],
      kind: [0, 1, 1],
      massMg: [310, 290, null],
      outlet: [0, 1, 1],
      hazard: [null, 0, 0],
    },
  };
  const dismantle = (day: Day, frameOf: Devices): FoldResult =>
    day.fold(day.sorter.say('devicesDismantled', RUN, frameOf));

  it('book what is hazardous to an account of its own, under its waste code', () => {
    const day = new Day();
    start(day, 'rest', 'batteries');
    const found = dismantle(day, devices);
    expect(found.exceptionsRaised).toMatchObject([
      {
        code: 'hazard-found',
        about: id('batteries'),
        figures: { hazard: 'battery', ewc: '16 02 15*', pieces: '2', massMg: '290' },
      },
    ]);
    expect(lotOf(day, 'batteries').status).toBe('quarantined');
    expect(lotOf(day, 'rest').status).toBe('open');
    const { turnovers } = found;
    expect(turnovers.get(`E:lot:${id('batteries')}:battery`)?.debitsMg).toBe(290n);
    expect(turnovers.get(`E:lot:${id('rest')}:board`)?.debitsMg).toBe(310n);
    expect(turnovers.get(`E:lot:${id('rest')}:unu-0303`)?.debitsMg).toBe(1_710n);
  });

  it('are hazardous by kind where nobody says so', () => {
    const day = new Day();
    start(day, 'rest', 'batteries');
    const components = { ...devices.components, hazards: [], hazard: [null, null, null] };
    expect(codesOf(dismantle(day, { ...devices, components }))).toEqual([
      `hazard-found ${id('batteries')}`,
    ]);
  });

  it('can be withdrawn, and what they set apart stays so', () => {
    const day = new Day();
    start(day, 'rest', 'batteries');
    const event = day.sorter.say('devicesDismantled', RUN, devices);
    const { firstIndex } = day.fold(event);
    day.fold(correct(day.office, event, firstIndex, null));
    expect(balanceMg(lotOf(day, 'batteries').estimated['battery']!)).toBe(0n);
    expect(balanceMg(lotOf(day, 'rest').estimated['unu-0303']!)).toBe(0n);
    expect(lotOf(day, 'batteries').status).toBe('quarantined');
  });

  it('have nothing left where their components weigh more', () => {
    const day = new Day();
    start(day, 'rest', 'batteries');
    const { turnovers } = dismantle(day, { ...devices, massMg: [500, null] });
    expect(turnovers.has(`E:lot:${id('rest')}:unu-0303`)).toBe(false);
  });
});

it('raises nothing of a frame without a hazard', () => {
  const day = new Day();
  start(day, 'out-1');
  expect(factNames(scan(day, [0, 100]))).toEqual([]);
});

it('a device that was recognised is booked by its product, and a hazard by its own', () => {
  const day = new Day();
  start(day, 'out-1');
  const scan = {
    ...frame('run-1', [
      [0, 900_000],
      [0, 95_000],
    ]).scan,
    sensorModel: 'camera-label-1',
    recognised: { names: ['unu-0303', 'battery'], seen: [0, null], label: [0, 1] },
  };
  const { classes, flags, class: named, confidencePpm, flagged, ...model } = recogniseFrame(scan);
  const classification = {
    model: model.model,
    modelDigest: model.modelDigest,
    classes: [...classes],
    flags: [...flags],
    class: [...named],
    confidencePpm: [...confidencePpm],
    flagged: [...flagged],
    candidates: [],
  };
  const { turnovers, exceptionsRaised } = see(day, { scan, classification });
  expect(turnovers.get(`E:lot:${id('out-1')}:unu-0303`)?.debitsMg).toBe(900_000n);
  expect(turnovers.get(`E:lot:${id('out-1')}:battery`)?.debitsMg).toBe(95_000n);
  expect(exceptionsRaised.map(({ code }) => code)).toEqual(['hazard-found']);
});
