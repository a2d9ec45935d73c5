import { Station } from '../arbitraries/site-stream.js';
import { StationClient, booted } from '../station-client.js';
import type { RunningLine } from '../running-line.js';
import type { Drill } from './drill-case.js';

const gate = new Station('gate');
const visit = (at: number): ReturnType<Station['say']> => {
  const visitId = `north.visit-drill-${at}`;
  return gate.say('vehicleArrived', visitId, { visitId, direction: 'inbound' });
};
const client = async (line: RunningLine): Promise<StationClient> =>
  new StationClient(line, await line.enrol(1));

export const stationSilent: Drill = {
  name: 'station-silent',
  alerts: ['StationSilent'],
  what: 'the gate says that a vehicle came, and falls silent',
  remedy: 'the gate speaks again',
  hurry: [['silence_seconds:min > 3900', 'silence_seconds:min{station="gate"} > 20']],
  async provoke(line) {
    await (await client(line)).send(booted(gate), visit(1));
  },
  async remedyIt(line) {
    await (await client(line)).send(visit(2));
  },
};
