import {
  type Effort,
  type CoverageFigures,
  FULL,
  measureCoverage,
  stamp,
  totalOf,
} from './coverage-report.js';
import { grouped, percent, table } from './markdown.js';
import { RUN_WORLDS, TICKET } from './simulate-balances.js';
import type { Coverage } from './simulate-lots.js';

const row = (name: string, coverage: Coverage): string[] => [
  name,
  grouped(coverage.lots),
  percent(coverage.held, coverage.lots),
  percent(coverage.below, coverage.lots),
  percent(coverage.above, coverage.lots),
  `± ${percent(coverage.halfWidths, coverage.lots)}`,
];

const COLUMNS = ['lots', 'number', 'held', 'truth below', 'truth above', 'mean half-width'];

function lotsSection({ lots }: CoverageFigures): string {
  const sections = lots.map((one) =>
    [
      `### ${one.world.stream}: ${one.world.what} (${one.world.sensorModel}, ${one.world.recipe})`,
      table(COLUMNS, [
        row('all, from frames alone', totalOf(one)),
        ...one.byShare.map(({ scannedShare, coverage }) =>
          row(`of which scanned to ${percent(scannedShare, 1, 0)}`, coverage),
        ),
        row('with an assay of the lot', one.withAssay),
        row('sensor anchored by four assayed lots', one.anchored),
      ]),
    ].join('\n\n'),
  );
  return ['## Composition of lots', ...sections].join('\n\n');
}

function biasSection({ biased }: CoverageFigures): string {
  return [
    '## A sensor that reads 10 % too much',
    'Half-widths of the 95 % interval of copper. More pieces do not help; assays of lots that it read do.',
    table(
      ['pieces scanned', 'half-width'],
      biased.byPieces.map(({ pieces, halfWidth }) => [
        grouped(pieces),
        `± ${percent(halfWidth, 1)}`,
      ]),
    ),
    table(
      ['lots assayed', 'half-width', 'gain found'],
      biased.byAssays.map(({ assays, halfWidth, gain }) => [
        String(assays),
        `± ${percent(halfWidth, 1)}`,
        percent(gain, 1),
      ]),
    ),
  ].join('\n\n');
}

function runsSection({ runs }: CoverageFigures): string {
  return [
    '## Recovery and unaccounted mass of runs',
    table(
      ['stream', 'runs', 'recovery held', 'two-product check held', 'unaccounted held'],
      runs.map((one, at) => [
        RUN_WORLDS[at]!.stream,
        grouped(one.runs),
        percent(one.recovery, one.runs),
        percent(one.twoProduct, one.runs),
        percent(one.unaccounted, one.runs),
      ]),
    ),
  ].join('\n\n');
}

function scalesSection(figures: CoverageFigures, effort: Effort): string {
  const rate =
    figures.falseAlarms === 0
      ? 'none'
      : `one in ${grouped(Math.floor(effort.tickets / figures.falseAlarms))} tickets`;
  return [
    '## A scale that is off',
    `Both ends weigh a truck of ${grouped(TICKET.netKg)} kg net; their difference has a standard uncertainty of ${TICKET.deviationKg} kg (assumed). Tickets until the watch calls it:`,
    table(
      ['bias', 'median', '99 % within'],
      figures.scales.map(({ biasPpm, median, ninetyNinth }) => [
        percent(biasPpm, 1e6),
        String(median),
        String(ninetyNinth),
      ]),
    ),
    `False alarms of scales that agree: ${figures.falseAlarms} in ${grouped(effort.tickets)} tickets, ${rate}.`,
  ].join('\n\n');
}

const HEAD = `# Coverage against simulated truth

Made by \`npm run coverage-report\` (half a minute), from seeds; a spec makes a smaller one and checks that
this one rests on the books of today. "Held" is how often a 95 % interval holds the truth that was
drawn; 93 to 97 % is what it must be. It says that the arithmetic is honest in the world of the books, and
nothing about real scrap (see \`docs/truth.md\`).`;

export const stampLine = (): string => `Digest of the books: \`${stamp()}\`.`;

export function coveragePage(effort: Effort = FULL): string {
  const figures = measureCoverage(effort);
  const sections = [
    HEAD,
    stampLine(),
    lotsSection(figures),
    biasSection(figures),
    runsSection(figures),
    scalesSection(figures, effort),
  ];
  return `${sections.join('\n\n')}\n`;
}
