import {
  START_MS,
  Station,
  type StationEvent,
  adoption,
  at,
  emptySite,
  load,
} from '../arbitraries/site-stream.js';
import {
  claimOn,
  closePeriod,
  conversion,
  factor,
  moveClaim,
  retire,
} from '../arbitraries/office-desk.js';
import {
  container,
  delivery,
  dispatch,
  feed,
  frame,
  id,
  runEnd,
  runStart,
} from '../arbitraries/site-day.js';
import { fold } from '#custody';
import { Ledger } from './invariants.js';
import { type Deed, SiteModel } from './site-model.js';

const RUNS = 3;
const NOTHING: Deed = { what: 'nothing' };

/** A site whose stations speak, whose records go astray, and the model of what must become of it. */
export class SiteUnderTest {
  readonly set = emptySite();
  readonly ledger = new Ledger(this.set);
  readonly model = new SiteModel(START_MS);
  private readonly gate = new Station('gate');
  private readonly line = new Station('line');
  private readonly belt = new Station('belt');
  private readonly sorter = new Station('sorter');
  private readonly floor = new Station('floor');
  private readonly office = new Station('office');
  private readonly lots: string[] = [];
  private readonly fedMg = new Map<string, number>();
  private readonly underWay: StationEvent[] = [];
  private readonly sent: StationEvent[] = [];
  private claims = 0;
  private factors = 0;
  private shipments = 0;

  constructor() {
    const first = adoption();
    this.model.said(first.attributes.source, 1, NOTHING);
    this.consume(first, 0);
  }

  deliver(massMg: number): void {
    const lot = `lot-${this.lots.length}`;
    this.lots.push(lot);
    const visit = `visit-${this.lots.length}`;
    const event = this.gate.say('deliveryCompleted', id(visit), delivery(visit, { [lot]: massMg }));
    this.say(event, { what: 'deliver', lot: id(lot), massMg });
  }

  start(run: number): void {
    const name = `run-${run % RUNS}`;
    const event = this.line.say('runStarted', id(name), runStart(name, ...outletsOf(name)));
    this.say(event, { what: 'start', run: name });
  }

  feed(run: number, pick: number, massMg: number): void {
    const lot = this.lots[pick % Math.max(1, this.lots.length)] ?? 'lot-0';
    const name = `run-${run % RUNS}`;
    const key = `${name} ${lot}`;
    const readMg = (this.fedMg.get(key) ?? 0) + massMg;
    this.fedMg.set(key, readMg);
    const event = this.belt.say('feedMetered', id(name), feed(name, lot, readMg));
    this.say(event, { what: 'feed', run: name, lot: id(lot), readMg });
  }

  weigh(run: number, outlet: number, massMg: number): void {
    const name = `run-${run % RUNS}`;
    const lot = outletsOf(name)[outlet % 2]!;
    const event = this.floor.say('containerWeighed', id(name), container(name, outlet % 2, massMg));
    this.say(event, { what: 'weigh', run: name, lot: id(lot), massMg });
  }

  scan(run: number, massMg: number): void {
    const name = `run-${run % RUNS}`;
    const pieces = frame(name, [
      [0, massMg],
      [1, null],
      [1, massMg],
    ]);
    this.say(this.sorter.say('piecesClassified', id(name), pieces), NOTHING);
  }

  close(run: number): void {
    const name = `run-${run % RUNS}`;
    const end = runEnd(name, this.belt, this.sorter, this.floor);
    this.say(this.line.say('runClosed', id(name), end), NOTHING);
  }

  ship(pick: number, massMg: number): void {
    const all = [...this.lots, ...outletsOf('run-0')];
    const lot = all[pick % all.length]!;
    const shipment = `shipment-${++this.shipments}`;
    const body = dispatch(shipment, lot, massMg, false);
    const event = this.gate.say('shipmentDispatched', id(shipment), body);
    this.say(event, { what: 'ship', lot: id(lot), massMg });
  }

  /** What the office asks for, sensible or not. */
  ask(what: number, pick: number, massMg: number): void {
    const { office } = this;
    const claim = `claim-${pick % (this.claims + 1)}`;
    const lot = pick % 2 === 0 ? null : outletsOf('run-0')[0];
    const requests = [
      () => conversion(office, [factor(1, 1 + (pick % 3))], ++this.factors),
      () => claimOn(office, `claim-${++this.claims}`, lot, massMg + 1),
      () => moveClaim(office, claim, lot),
      () => retire(office, claim),
      () => closePeriod(office, this.set.site.policy.period),
    ];
    this.say(requests[what % requests.length]!(), NOTHING);
  }

  /** One of the records under way comes, in whatever order. */
  arrive(pick: number, afterMs: number): void {
    const [event] = this.underWay.splice(pick % Math.max(1, this.underWay.length), 1);
    if (event !== undefined) this.consume(event, afterMs);
  }

  /** One of the records under way never comes. */
  lose(pick: number): void {
    this.underWay.splice(pick % Math.max(1, this.underWay.length), 1);
  }

  /** A record that came before comes again. */
  again(pick: number, afterMs: number): void {
    const event = this.sent[pick % this.sent.length];
    if (event !== undefined) this.consume(event, afterMs);
  }

  private say(event: StationEvent, deed: Deed): void {
    const { source, seq } = event.attributes;
    this.model.said(source, seq, deed);
    this.underWay.push(event);
  }

  private consume(event: StationEvent, afterMs: number): void {
    const { source, seq } = event.attributes;
    this.model.consume(source, seq, afterMs);
    this.sent.push(event);
    const record = at(event, this.model.nowMs);
    load(this.set, [record]);
    this.ledger.take(fold(this.set, [record]), this.model);
  }
}

const outletsOf = (run: string): [string, string] => [`${run}-out-0`, `${run}-out-1`];
