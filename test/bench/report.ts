import type { Figures } from './measure.js';

interface Result extends Figures {
  readonly profile: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly node: string;
  };
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const row = (name: string, value: string): string => `  ${name.padEnd(34)}${value.padStart(14)}`;

/** The figures as a person reads them. */
export function describe(result: Result): string {
  const { machine, latencyMs } = result;
  const total = result.cpu.reduce((sum, { microsecondsPerPiece }) => sum + microsecondsPerPiece, 0);
  const cores = result.cpu.reduce((sum, process) => sum + process.cores, 0);
  const bytes = result.bytesPerPiece.reduce((sum, table) => sum + table.bytes, 0);
  return [
    '',
    `Urbanmine bench, profile ${result.profile}: frames of ${result.framePieces} pieces, ` +
      `${result.sites} sites, asked ${String(result.asked.rate)} pieces/s for ${result.asked.seconds} s`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}, ` +
      `PostgreSQL ${result.versions.postgres}; broker, database and load generator included`,
    '',
    row('pieces/s into the log', number(result.piecesPerSecond)),
    row('pieces measured', number(result.pieces)),
    row('lag of the line, most, records', number(result.lagRecordsMax)),
    row('lag of the line, end, records', number(result.lagRecordsEnd)),
    row('emit → signed checkpoint p50, ms', number(latencyMs.p50)),
    row('emit → signed checkpoint p99, ms', number(latencyMs.p99)),
    '',
    '  CPU by process                       µs/piece         cores',
    ...result.cpu.map(
      (process) =>
        row(process.process, number(process.microsecondsPerPiece, 2)) +
        number(process.cores, 2).padStart(14),
    ),
    row('together', number(total, 2)) + number(cores, 2).padStart(14),
    '',
    '  PostgreSQL by table                bytes/piece',
    ...result.bytesPerPiece
      .filter((table) => table.bytes >= 0.005)
      .map((table) => row(table.table, number(table.bytes, 2))),
    row('together', number(bytes, 2)),
    '',
    ...ledgerLines(result, bytes),
    '',
    result.problems.length === 0
      ? `  Every piece is in the log exactly once: ${number(result.log.pieces)} pieces in ` +
        `${number(result.log.entries)} entries, scanned ${number(result.log.scanned)}`
      : `  NOT every piece is in the log exactly once:\n${result.problems
          .slice(0, 10)
          .map((problem) => `    ${problem}`)
          .join('\n')}`,
    '',
  ].join('\n');
}

/** The ledger alone, with the database that it writes. */
function ledgerLines({ cpu, commitMs }: Result, bytes: number): string[] {
  const used = ['ledger', 'postgres'].map(
    (name) => cpu.find(({ process }) => process === name)?.microsecondsPerPiece ?? 0,
  );
  const [ledger, postgres] = used as [number, number];
  return [
    '  Ledger',
    row('CPU with PostgreSQL, µs/piece', number(ledger + postgres, 2)),
    row('CPU without, µs/piece', number(ledger, 2)),
    row('PostgreSQL, bytes/piece', number(bytes, 2)),
    row('commit of a batch p50, ms', number(commitMs.p50)),
    row('commit of a batch p99, ms', number(commitMs.p99)),
  ];
}
