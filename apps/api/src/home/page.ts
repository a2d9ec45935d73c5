import { escape, link } from '../answers/html.js';
import type { LotAnswer } from '../lots/lots.schema.js';
import type { SiteAnswer } from '../sites/sites.schema.js';

/** What the page shows: all of it from the database, nothing made up. */
export interface HomeFigures {
  readonly logOrigin: string;
  readonly sites: readonly SiteAnswer[];
  readonly lots: readonly LotAnswer[];
}

/** Kilograms with three decimals out of whole milligrams, exact. */
export function kilograms(mg: string): string {
  const negative = mg.startsWith('-');
  const digits = (negative ? mg.slice(1) : mg).padStart(7, '0');
  const whole = digits.slice(0, -6).replace(/\B(?=(\d{3})+$)/g, ' ');
  return `${negative ? '−' : ''}${whole}.${digits.slice(-6, -3)}`;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:0 0 2rem}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}:root{color-scheme:light dark}`;

/** One file, no script: what a person sees who opens the address. */
export const homePage = ({ logOrigin, sites, lots }: HomeFigures): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Urbanmine</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
<h1>Urbanmine</h1>
<p>Scrap, tracked lot by lot in a log that anybody can verify. This page shows the state at the
moment it was loaded; everything on it comes from the links beside it.</p>
<h2>Sites</h2>
${sites.length === 0 ? '<p>No site has said anything yet.</p>' : siteTable(sites, logOrigin)}
<h2>Newest lots</h2>
${lots.length === 0 ? '<p>There is no lot yet.</p>' : lotTable(lots)}
<h2>For programs</h2>
<ul><li>${link('/docs/events', 'Events and topics')}, to read;
${link('/asyncapi.yaml', 'AsyncAPI description')} of them</li>
<li>${link('/openapi.json', 'OpenAPI description')}</li>
<li>${link('/v1/sites', 'sites')}, ${link('/v1/runs', 'runs')}, ${link('/v1/lots', 'lots')},
${link('/v1/exceptions', 'exceptions')}</li>
<li>${link('/v1/stream', 'facts as they come')} (server-sent events)</li></ul>
</body></html>
`;

const siteTable = (
  sites: readonly SiteAnswer[],
  logOrigin: string,
): string => `<table><thead><tr><th>Site</th><th class="n">Entries</th><th class="n">Signed</th>
<th>Signed at</th><th class="n">Open lots</th><th class="n">Open runs</th><th></th></tr></thead><tbody>
${sites.map((site) => siteLine(site, logOrigin)).join('\n')}</tbody></table>`;

function siteLine(site: SiteAnswer, logOrigin: string): string {
  const { siteId, checkpoint } = site;
  const links = [
    link(`/v1/sites/${siteId}/flow`, 'flow'),
    link(`/v1/sites/${siteId}/balance`, 'balance'),
    link(`/log/${siteId}/checkpoint`, 'checkpoint'),
    link(`/log/${siteId}/key`, 'key'),
  ];
  return `<tr><td>${escape(site.name)}<br><small>${escape(`${logOrigin}/${siteId}`)}</small></td>
<td class="n">${site.treeSize}</td><td class="n">${checkpoint?.size ?? 0}</td>
<td>${escape(checkpoint?.signedAt ?? 'not yet')}</td><td class="n">${site.lotsOpen}</td>
<td class="n">${site.runsOpen}</td><td>${links.join(' · ')}</td></tr>`;
}

const lotTable = (
  lots: readonly LotAnswer[],
): string => `<table><thead><tr><th>Lot</th><th>Stream</th><th>Grade or class</th><th>State</th>
<th class="n">Weighed, kg</th><th class="n">Pieces</th><th>Opened</th></tr></thead><tbody>
${lots.map(lotLine).join('\n')}</tbody></table>`;

const lotLine = (lot: LotAnswer): string =>
  `<tr><td>${link(`/v1/lots/${lot.lotId}`, lot.lotId)}</td><td>${escape(lot.stream)}</td>
<td>${escape(lot.grade)}</td><td>${escape(lot.state)}</td>
<td class="n">${escape(kilograms(lot.weighedMg))}</td><td class="n">${escape(lot.pieces)}</td>
<td>${escape(lot.openedTime)}</td></tr>`;
