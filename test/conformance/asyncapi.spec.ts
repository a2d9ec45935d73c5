import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { EVENTS, FACTS, TOPICS, type TopicDefinition, asyncApi } from '#contracts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** An older `npm ci` did not bring it; the gate demands it. */
const hasParser = existsSync(path('../../node_modules/@asyncapi/parser/package.json'));
if (!hasParser && process.env['REQUIRE_ALL'] !== '1') {
  process.stderr.write('left out: the official AsyncAPI parser (npm ci installs it)\n');
}
const itWithParser = hasParser || process.env['REQUIRE_ALL'] === '1' ? it : it.skip;

describe('the AsyncAPI document', () => {
  const document = asyncApi();
  const text = JSON.stringify(document);

  itWithParser(
    'passes the official parser as it is committed',
    async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        path('./parse-asyncapi.mjs'),
        path('../../docs/asyncapi.yaml'),
      ]);
      expect(JSON.parse(stdout)).toEqual({ parsed: true, found: [] });
    },
    60_000,
  );

  it('refers to nothing outside itself', () => {
    const refs = [...text.matchAll(/"\$ref":"([^"]*)"/g)].map(([, target]) => target);
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((target) => !target!.startsWith('#/'))).toEqual([]);
  });

  it('has a message for every event and fact, told by its type alone', () => {
    for (const { type } of [...Object.values(EVENTS), ...Object.values(FACTS)]) {
      expect(document.components.messages[type]).toMatchObject({
        headers: { properties: { ce_type: { const: type } } },
        payload: { $ref: `#/components/schemas/${type}` },
      });
    }
  });

  it('has a channel for every topic, with key, partitions and retention', () => {
    for (const [id, topic] of Object.entries<TopicDefinition>(TOPICS)) {
      const channel = document.channels[id] as {
        readonly bindings: { readonly kafka: Readonly<Record<string, unknown>> };
      };
      expect(channel.bindings.kafka).toMatchObject({
        topic: `urbanmine.${topic.name}`,
        partitions: topic.partitions,
        topicConfiguration: { 'cleanup.policy': [topic.settings['cleanup.policy']] },
      });
    }
  });
});
