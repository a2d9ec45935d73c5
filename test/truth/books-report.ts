import { BOOKS, type Basis, figuresOf, referenceOf } from '#materials';
import { grouped, table } from './markdown.js';

const BASES: readonly Basis[] = ['published', 'vendor', 'derived', 'assumed', 'from-memory'];

const HEAD = `# Reference books

Made by \`npm run coverage-report\`; a spec makes it again and compares every byte. Every figure of a
book names a source, and the source says how well it is founded: \`published\`, \`vendor\` (a maker's
claim), \`derived\` (arithmetic from such), \`assumed\` (ours), \`from-memory\` (not checked against its
document). A digest that changes without a new version is a mistake: events name books by digest.
`;

export function booksReport(): string {
  const rows = BOOKS.map((book) => {
    const { digest, version } = referenceOf(book);
    const figures = figuresOf(book);
    const counts = BASES.map((basis) => figures.filter((one) => one.basis === basis).length);
    return [
      book.book,
      String(version),
      book.validFrom,
      grouped(figures.length),
      ...counts.map((count) => (count === 0 ? '' : grouped(count))),
      `\`${digest}\``,
    ];
  });
  const header = ['book', 'version', 'valid from', 'figures', ...BASES, 'digest'];
  return `${HEAD}\n${table(header, rows)}\n`;
}
