import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { booksReport } from './books-report.js';
import { classifierReport } from './classifier-report.js';
import { confusionBookText } from './confusion-book.js';
import { coveragePage } from './coverage-page.js';

/**
 * Rewrites the committed reports and the book of confusions: `npm run coverage-report`, from the
 * repository's root.
 */
const { judgements, text } = classifierReport();
const style = { parser: 'typescript', printWidth: 100, singleQuote: true } as const;
writeFileSync(
  'libs/materials/src/books/confusions.ts',
  await format(confusionBookText(judgements), style),
);
writeFileSync('docs/reports/books.md', booksReport());
writeFileSync('docs/reports/classifier.md', text);
writeFileSync('docs/reports/coverage.md', coveragePage());
