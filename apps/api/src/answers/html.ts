const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as text, never as markup. */
export const escape = (text: string | number): string =>
  String(text).replace(/[&<>"']/g, (found) => ESCAPES[found]!);

export const link = (href: string, text: string): string =>
  `<a href="${escape(href)}">${escape(text)}</a>`;
