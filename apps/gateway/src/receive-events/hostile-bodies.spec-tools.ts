import { gzipSync } from 'node:zlib';
import { arrival } from '../gateway.spec-tools.js';

/** One request that no station of good will sends. */
export interface HostileBody {
  readonly what: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const EVENT = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const LINES = 'application/x-ndjson';
const GOOD = arrival(1);
const MEMBERS = ['specversion', 'id', 'source', 'type', 'time', 'subject', 'siteid', 'boot', 'seq'];

const of = (
  what: string,
  body: Buffer | string,
  type = EVENT,
  more: Readonly<Record<string, string>> = {},
): HostileBody => ({
  what,
  body: Buffer.from(body),
  headers: { 'content-type': type, ...more },
});

const gzipped = (what: string, body: Buffer, type = LINES): HostileBody =>
  of(what, body, type, { 'content-encoding': 'gzip' });

const changed = (member: string, value: string): string =>
  GOOD.replace(new RegExp(`"${member}":("[^"]*"|[0-9]+)`), `"${member}":${value}`);

const withData = (data: string): string => arrival(1, 'north.gate-1', data);

function truncated(): HostileBody[] {
  const cuts = Array.from({ length: 40 }, (_, index) => Math.floor((index * GOOD.length) / 40));
  const batch = `[${GOOD},${GOOD}]`;
  const compressed = gzipSync(GOOD);
  return [
    ...cuts.map((end) => of(`an event cut at ${end}`, GOOD.slice(0, end))),
    ...[1, 9, GOOD.length, GOOD.length + 1, GOOD.length + 2, batch.length - 1].map((end) =>
      of(`a batch cut at ${end}`, batch.slice(0, end), BATCH),
    ),
    ...[1, 5, 10, 18, 60, compressed.length - 9, compressed.length - 1].map((end) =>
      gzipped(`gzip cut at ${end}`, compressed.subarray(0, end)),
    ),
  ];
}

function nested(): HostileBody[] {
  return [40, 1_000, 14_000, 100_000, 400_000].flatMap((depth) => {
    const arrays = '['.repeat(depth) + ']'.repeat(depth);
    const objects = '{"a":'.repeat(depth / 4) + '1' + '}'.repeat(depth / 4);
    const data = withData(`{"visitId":"north.visit-1","direction":"inbound","x":${arrays}}`);
    return [
      of(`${depth} arrays in the data`, data),
      of(`${depth} arrays in a batch`, `[${data}]`, BATCH),
      of(`${depth} arrays as an event`, arrays),
      of(`${depth} arrays as a line`, arrays, LINES),
      of(`${depth} arrays as a batch`, arrays, BATCH),
      of(`${depth / 4} objects`, objects),
      of(`${depth} arrays that stay open`, '['.repeat(depth), BATCH),
    ];
  });
}

function wrongValues(): HostileBody[] {
  const values = ['null', '[]', '{}', 'true', '""', '"\\u0000"', '-1', '1e400', '0.1'];
  const numbers = ['9007199254740993', '1e999', '-0', '1e-999', `1${'0'.repeat(300_000)}`];
  return [
    ...MEMBERS.flatMap((member) =>
      values.map((value) => of(`${member} ${value}`, changed(member, value))),
    ),
    ...numbers.flatMap((value) => [
      of(`seq ${value.slice(0, 20)}`, changed('seq', value)),
      of(`boot ${value.slice(0, 20)}`, changed('boot', value)),
    ]),
    ...['null', '1', '"x"', '[]', 'true', '{}'].map((value) =>
      of(`data ${value}`, withData(value)),
    ),
    of('a long attribute', changed('subject', `"north.${'v'.repeat(900_000)}"`)),
    of('a long unknown attribute', GOOD.replace('{', `{"${'a'.repeat(900_000)}":1,`)),
    of('many unknown attributes', `{${'"a":1,'.repeat(100_000)}"b":1}`),
    of('a prototype', GOOD.replace('{', '{"__proto__":{"admin":true},')),
    of('a prototype in the data', withData('{"__proto__":{"visitId":"north.visit-1"}}')),
    of('data of a megabyte', withData(`{"visitId":"${'v'.repeat(900_000)}"}`)),
  ];
}

function twins(): HostileBody[] {
  return [
    ...MEMBERS.map((member) => of(`${member} twice`, GOOD.replace('{', `{"${member}":1,`))),
    of('data twice', GOOD.replace('{', '{"data":{},')),
    of('an escaped twin', withData('{"visitId":"a","direction":"inbound","\\u0076isitId":"b"}')),
    of('a twin in the data', withData('{"visitId":"a","visitId":"b","direction":"inbound"}')),
    of('many twins', withData(`{${'"visitId":"a",'.repeat(4_000)}"direction":"inbound"}`)),
  ];
}

function wrongBytes(): HostileBody[] {
  const sequences = ['ff', 'c080', 'eda080', 'f4908080', 'e282', '80', 'fe', 'c1bf'];
  const cut = GOOD.indexOf('north.visit') + 3;
  return [
    ...sequences.map((hex) => {
      const parts = [Buffer.from(GOOD.slice(0, cut)), Buffer.from(hex, 'hex')];
      return of(`the bytes ${hex}`, Buffer.concat([...parts, Buffer.from(GOOD.slice(cut))]));
    }),
    of('a byte order mark', `\ufeff${GOOD}`),
    of('UTF-16', Buffer.from(GOOD, 'utf16le')),
    of('zeros', Buffer.alloc(100_000)),
    of('zeros as lines', Buffer.alloc(100_000), LINES),
    of('a control character', changed('subject', '"north.visit\u0007"')),
    of('a lone surrogate', changed('subject', '"north.\\ud800"')),
    of('a comment', `/* hello */${GOOD}`),
    of('two events as one', `${GOOD}${GOOD}`),
    of('a comma too many', GOOD.replace(/\}$/, ',}')),
    of('single quotes', GOOD.replaceAll('"', "'")),
    of('commas', ','.repeat(900_000), BATCH),
    of('backslashes', `"${'\\'.repeat(900_000)}"`),
    of('backslashes in a batch', `["${'\\'.repeat(900_000)}"]`, BATCH),
    of('quotes', '"'.repeat(900_001), BATCH),
  ];
}

function bombs(): HostileBody[] {
  const bomb = gzipSync(Buffer.alloc(100_000_000, ' '));
  const wrongSum = gzipSync(GOOD);
  wrongSum[wrongSum.length - 6]! ^= 0xff;
  const emptyMember = gzipSync('');
  return [
    gzipped('a bomb of 100 MB', bomb),
    gzipped('a bomb of 100 MB as an event', bomb, EVENT),
    gzipped('a bomb of 100 MB as a batch', bomb, BATCH),
    gzipped('a bomb in a bomb', gzipSync(bomb)),
    gzipped('many bombs one after the other', Buffer.concat([bomb, bomb, bomb, bomb])),
    gzipped(
      'empty members and garbage',
      Buffer.concat([...Array<Buffer>(9_999).fill(emptyMember), bomb]),
    ),
    gzipped('a wrong check sum', wrongSum),
    gzipped('no gzip', Buffer.from(GOOD)),
    gzipped('gzip of gzip', gzipSync(gzipSync(GOOD))),
    of('2 MB', Buffer.alloc(2_000_000, ' ')),
    of('half a million lines', '1\n'.repeat(500_000), LINES),
    of('half a million elements', `[${'1,'.repeat(500_000)}1]`, BATCH),
    of('a thousand bad lines', '{"a":1}\n'.repeat(1_000), LINES),
    of('an unknown coding', GOOD, EVENT, { 'content-encoding': 'br' }),
    of('two codings', GOOD, EVENT, { 'content-encoding': 'gzip, gzip' }),
    of('an unknown type', GOOD, 'text/html'),
    of('another charset', GOOD, `${EVENT}; charset=utf-16`),
  ];
}

/** Always the same ones, in the same order. */
export const hostileBodies = (): HostileBody[] => [
  ...truncated(),
  ...nested(),
  ...wrongValues(),
  ...twins(),
  ...wrongBytes(),
  ...bombs(),
];
