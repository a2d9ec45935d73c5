import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** How the ledger of a site here reaches the gateway of another site. */
export interface PeerEntry {
  readonly from: string;
  readonly to: string;
  /** Without a trailing slash. */
  readonly gatewayUrl: string;
  /** Of `<from>/ledger` in the registry of the other site. */
  readonly token: string;
}

const schema = z.strictObject({
  peers: z
    .array(
      z.strictObject({
        from: z.string().min(1),
        to: z.string().min(1),
        gatewayUrl: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
        token: z.string().min(1),
      }),
    )
    .max(256)
    .superRefine((peers, context) => {
      const pairs = new Set<string>();
      for (const { from, to } of peers) {
        const pair = `${from} to ${to}`;
        if (from === to) context.addIssue({ code: 'custom', message: `${from}: to itself` });
        if (pairs.has(pair)) context.addIssue({ code: 'custom', message: `${pair} stands twice` });
        pairs.add(pair);
      }
    }),
});

/** Reads the file: `{"peers": [{"from", "to", "gatewayUrl", "token"}]}`. Names every problem. */
export function readPeers(file: string): readonly PeerEntry[] {
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data.peers;
}
