/** A table as Prettier lays it out, so that a report that is made again differs in no byte. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, at) =>
    Math.max(3, name.length, ...rows.map((row) => row[at]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}

/** A share as a percentage with a fixed number of decimals. */
export const percent = (part: number, of: number, decimals = 1): string =>
  of === 0 ? '–' : `${((100 * part) / of).toFixed(decimals)} %`;

/** A whole number in groups of three. */
export const grouped = (value: number | bigint): string =>
  String(value).replace(/\B(?=(\d{3})+$)/g, ',');
