import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeStructured } from '#contracts';

interface Said {
  readonly type: string;
  readonly subject: string;
  readonly data: unknown;
}

/** A gateway with its ledger in one process: what it accepts is safe at once. */
export class SpecGateway {
  /** By `<boot>.<seq>`. */
  readonly events = new Map<string, Said>();
  /** The gateway is away. */
  isAway = false;
  /** Refuses events whose line holds this. */
  refuses: string | undefined;
  #server: Server | undefined;

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  said(type: string): Said[] {
    return [...this.events.values()].filter((event) => event.type === `urbanmine.${type}.v1`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (this.isAway) send(503, {});
    else if (request.method === 'GET') send(200, { source: 'x', boots: this.#boots() });
    else {
      const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
      const problems = lines.flatMap((line, index) =>
        this.refuses !== undefined && line.includes(this.refuses)
          ? [{ index, reason: 'data-invalid', detail: 'refused' }]
          : [],
      );
      if (problems.length > 0) send(400, { problems });
      else {
        for (const line of lines) this.#keep(line);
        send(202, { accepted: lines.length });
      }
    }
  }

  #keep(line: string): void {
    const { attributes, body } = decodeStructured(Buffer.from(line));
    const { boot, seq, type, subject } = attributes;
    this.events.set(`${boot}.${seq}`, { type, subject, data: body });
  }

  #boots(): { boot: number; position: number; openSlots: [] }[] {
    const positions = new Map<number, number>();
    for (const id of this.events.keys()) {
      const boot = Number(id.split('.')[0]);
      let position = positions.get(boot) ?? 0;
      while (this.events.has(`${boot}.${position + 1}`)) position++;
      positions.set(boot, position);
    }
    return [...positions].map(([boot, position]) => ({ boot, position, openSlots: [] }));
  }
}
