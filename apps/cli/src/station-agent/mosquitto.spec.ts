import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MqttClient, connectAsync } from 'mqtt';
import { keepStationFolder } from '../station-enrol/add-station.js';
import { StationAgent } from './agent.js';
import { lineConverter } from './input-converter.js';
import { MqttInput } from './mqtt-input.js';
import { SpecGateway } from './spec-gateway.js';

/** Debian puts it where only root looks. */
const mosquitto = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'mosquitto'))
  .find((file) => existsSync(file));

const SOURCE = 'north.scale-3';
const dir = mkdtempSync(join(tmpdir(), 'urbanmine-mqtt-'));
const gateway = new SpecGateway();
let broker: ChildProcess | undefined;
let port: number;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 20) {
    if (waited > 15_000) throw new Error(`${what}: waited in vain`);
    await pause(20);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const free = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

const answers = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

async function startBroker(): Promise<void> {
  broker = spawn(mosquitto!, ['-c', join(dir, 'mosquitto.conf')], { stdio: 'ignore' });
  await until('the broker', answers);
}

async function stopBroker(signal: NodeJS.Signals): Promise<void> {
  const gone = new Promise((resolve) => broker?.once('exit', resolve));
  broker?.kill(signal);
  await gone;
}

/** An agent that reads the broker; `crash` leaves without an acknowledgement that is on its way. */
async function startAgent(): Promise<{ agent: StationAgent; crash: () => Promise<void> }> {
  const abort = new AbortController();
  const agent = await StationAgent.start(
    {
      source: SOURCE,
      siteId: 'north',
      kind: 'floor-scale',
      privateKey: createPrivateKey(readFileSync(join(dir, 'key.pem'))),
      token: 'x',
      gatewayUrl: gateway.url,
      dataDir: join(dir, 'data'),
      spoolBytes: 1_000_000,
      syncEveryMs: 5,
      onProblem: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    },
    abort.signal,
  );
  const input = new MqttInput({
    url: `mqtt://127.0.0.1:${port}`,
    topic: 'scale/#',
    clientId: 'agent',
    username: undefined,
    password: undefined,
    caFile: undefined,
    marks: () => agent!.spool.marks(),
    untilDurable: () => agent!.spool.sync(),
    onProblem: () => undefined,
  });
  const converter = lineConverter({ source: SOURCE, kind: 'floor-scale' });
  const reading = agent!.read([input], converter, abort.signal);
  const crash = async (): Promise<void> => {
    abort.abort();
    await reading;
    await agent!.stop(0);
  };
  return { agent: agent!, crash };
}

beforeAll(async () => {
  await gateway.start();
  keepStationFolder({ source: SOURCE, kind: 'floor-scale' }, { dir, gatewayUrl: gateway.url });
  port = await freePort();
  const persistence = `persistence true\npersistence_location ${dir}/\nautosave_interval 1\n`;
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  writeFileSync(
    join(dir, 'mosquitto.conf'),
    `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n${persistence}${user}`,
  );
});

afterAll(async () => {
  if (broker?.exitCode === null && broker.signalCode === null) await stopBroker('SIGKILL');
  await gateway.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('Messages of a real MQTT 5 broker', () => {
  let client: MqttClient | undefined;
  let running: Awaited<ReturnType<typeof startAgent>> | undefined;
  let number = 0;

  afterAll(async () => {
    await client?.endAsync(true);
    await running?.crash();
  });

  const say = async (containerId: string): Promise<void> => {
    const data = { runId: 'north.run-1', outlet: 0, scaleId: 'f', massMg: 1, uncertaintyMg: 0 };
    const text = JSON.stringify({ type: 'container.weighed', data: { ...data, containerId } });
    await client!.publishAsync('scale/3', text, { qos: 1 });
  };
  const publish = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) await say(`skip-${number++}`);
  };
  const weighed = (): string[] =>
    gateway
      .said('container.weighed')
      .map(({ data }) => (data as { containerId: string }).containerId)
      .filter((containerId) => containerId.startsWith('skip'));

  it('are each in the ledger once, over crashes of the agent and a restart of the broker', async () => {
    if (mosquitto === undefined) {
      const remedy = 'apt-get install mosquitto';
      if (process.env['REQUIRE_ALL'] === '1') throw new Error(`no mosquitto: ${remedy}`);
      process.stderr.write(`left out: MQTT with a real broker, no mosquitto (${remedy})\n`);
      return;
    }
    await startBroker();
    running = await startAgent();
    const url = `mqtt://127.0.0.1:${port}`;
    client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 50 });
    const { agent } = running;
    await until('the subscription', async () => {
      await say('probe');
      return agent.stats().taken > 0;
    });
    for (let round = 0; round < 3; round++) {
      const publishing = publish(40);
      await pause(20);
      await running.crash();
      await publishing;
      running = await startAgent();
    }
    await stopBroker('SIGTERM');
    await startBroker();
    await publish(10);
    await until('all of them', () => weighed().length >= number);
    expect(weighed().sort()).toEqual(Array.from({ length: number }, (_, n) => `skip-${n}`).sort());
  }, 60_000);
});
