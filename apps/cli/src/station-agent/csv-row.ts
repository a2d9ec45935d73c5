/** A cell that is quoted begins with a quote; a quote within it is doubled (RFC 4180). */
const CELL = /^\s*"((?:[^"]|"")*)"\s*$/;

/**
 * Cells of one CSV row. Throws a RangeError for a quote that does not end, so that a broken row is
 * never read with its columns shifted.
 */
export function csvCells(row: string, delimiter: string): string[] {
  const cells: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at <= row.length; at++) {
    if (row[at] === '"') isQuoted = !isQuoted;
    const isEnd = at === row.length;
    if (isEnd && isQuoted) throw new RangeError('a quote does not end');
    if (!isEnd && (isQuoted || row[at] !== delimiter)) continue;
    cells.push(cellOf(row.slice(from, at)));
    from = at + 1;
  }
  return cells;
}

function cellOf(text: string): string {
  const quoted = CELL.exec(text)?.[1];
  if (quoted !== undefined) return quoted.replaceAll('""', '"');
  if (text.includes('"')) throw new RangeError(`the cell ${text} has a quote within it`);
  return text.trim();
}
