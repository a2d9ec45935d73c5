import {
  EVENTS,
  type EventDefinition,
  FACTS,
  TOPICS,
  type TopicDefinition,
  dataSchema,
  stepUri,
  topicName,
} from '#contracts';
import { escape, link } from '../answers/html.js';
import { STYLE } from './events-style.js';
import { type SchemaRow, schemaRows } from './schema-rows.js';

const PREFIX = 'urbanmine.';

const OWNERS: Readonly<Record<EventDefinition['owner'], string>> = {
  gate: 'Gate and weighbridge',
  line: 'Lines, benches, reactors',
  yard: 'Yard',
  laboratory: 'Laboratory and verifiers',
  office: 'Office',
  edge: 'Every station',
  gateway: 'Gateway',
  classifier: 'Classifier',
  ledger: 'Facts of the ledger',
};

/** Every event and topic on one page: no script, nothing from elsewhere. */
export function eventsPage(): string {
  const definitions: EventDefinition[] = [...Object.values(EVENTS), ...Object.values(FACTS)];
  const groups = Object.entries(OWNERS)
    .map(([owner, title]) => ({
      title,
      definitions: definitions.filter((one) => one.owner === owner),
    }))
    .filter((group) => group.definitions.length > 0);
  const menu = groups.map(
    (group) =>
      `<h2>${escape(group.title)}</h2><ul>${group.definitions
        .map((one) => `<li>${link(`#${one.type}`, one.name)}</li>`)
        .join('')}</ul>`,
  );
  const sections = groups.map(
    (group) =>
      `<h2 class="group">${escape(group.title)}</h2>${group.definitions
        .map(eventSection)
        .join('\n')}`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Events and topics · Urbanmine</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>
<nav><p class="brand">${link('/', 'Urbanmine')}</p>
<ul><li>${link('#topics', 'Topics')}</li><li>${link('#envelope', 'Envelope')}</li></ul>
${menu.join('')}</nav>
<main><h1>Events and topics</h1>
<p class="lead">What stations say and what the ledger answers: ${definitions.length} types, each
checked by the definition that this page is made from. For programs:
${link('/asyncapi.yaml', 'AsyncAPI')}, ${link('/vocabulary.json', 'vocabulary')}, and a JSON Schema
of each type.</p>
${topicTable()}${ENVELOPE}${sections.join('\n')}</main></body></html>
`;
}

function topicTable(): string {
  const rows = Object.values<TopicDefinition>(TOPICS).map(
    (topic) => `<tr><td><code>${escape(PREFIX + topic.name)}</code></td>
<td>${escape(topic.description)}</td><td><code>${escape(topic.key)}</code></td>
<td class="n">${topic.partitions}</td><td>${escape(topic.producer)}</td>
<td>${escape(retention(topic))}</td></tr>`,
  );
  return `<section id="topics"><h2>Topics</h2><div class="wide"><table><thead><tr><th>Topic</th>
<th>What</th><th>Key</th><th class="n">Partitions</th><th>Producer</th><th>Kept</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

const DAY_MS = 86_400_000;

function retention({ settings }: TopicDefinition): string {
  if (settings['cleanup.policy'] === 'compact') return 'the newest of each key';
  const ms = Number(settings['retention.ms'] ?? -1);
  return ms < 0 ? 'for ever' : `${ms / DAY_MS} days`;
}

const ENVELOPE = `<section id="envelope"><h2>Envelope</h2>
<p>CloudEvents 1.0 in Kafka binary mode: attributes in headers, data as the value.
<code>ce_type</code> tells what the data is, <code>ce_source</code>, <code>ce_boot</code> and
<code>ce_seq</code> which event it is. <strong>A consumer that has seen (source, boot, seq) drops the
record</strong>: delivery is at least once. <code>ce_subject</code> names the run, lot, visit or
shipment that it is about, <code>ce_time</code> when it happened, <code>ce_dataschema</code> the schema
of the data. Unknown members of the data are refused at the edge; readers must bear new optional
ones.</p></section>`;

function eventSection(definition: EventDefinition): string {
  const { type, name, summary, docs, examples } = definition;
  const rows = schemaRows(dataSchema(definition)).map(fieldRow);
  const shown = examples.map((one) => `<pre>${escape(JSON.stringify(one, null, 2))}</pre>`);
  return `<section class="event" id="${escape(type)}"><h3>${escape(name)}
<a class="schema" href="/schemas/${escape(type)}.json">JSON Schema</a></h3>
<p class="type"><code>${escape(type)}</code></p>
<p><strong>${prose(summary)}</strong>${docs === undefined ? '' : ` ${prose(docs)}`}</p>
<dl>${about(definition)}</dl>
<div class="wide"><table><thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>
<details><summary>Example</summary>${shown.join('\n')}</details></section>`;
}

function about({ by, subject, epcis, dataBytesMax }: EventDefinition): string {
  const isFact = by.includes('ledger');
  const pairs: (readonly [string, string])[] = [
    ['Said by', by.includes('every') ? 'every station' : by.join(', ')],
    ['Subject', subject],
    ['Topic', topicName(PREFIX, isFact ? 'custodyEvents' : 'stationEvents')],
    ['Data', `at most ${dataBytesMax.toLocaleString('en-US')} bytes`],
  ];
  if (epcis !== undefined) {
    pairs.push(['EPCIS', `${epcis.event} · ${stepUri(epcis.bizStep)}`]);
    if (epcis.disposition !== undefined) pairs.push(['Disposition', epcis.disposition]);
  }
  return pairs.map(([term, text]) => `<dt>${term}</dt><dd>${escape(text)}</dd>`).join('');
}

function fieldRow({ path, type, required, description }: SchemaRow): string {
  const depth = path.split('.').length - 1;
  const mark = required ? '' : ' <span class="optional">optional</span>';
  return `<tr><td class="d${Math.min(depth, 4)}"><code>${escape(path)}</code>${mark}</td>
<td class="t">${escape(type)}</td><td>${prose(description)}</td></tr>`;
}

/** Text in which \`this\` is code. */
const prose = (text: string): string =>
  escape(text).replace(/`([^`]+)`/g, (_all, inner: string) => `<code>${inner}</code>`);
