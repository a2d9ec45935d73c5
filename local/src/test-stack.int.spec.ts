import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { testStack } from '#local';

describe('testStack', () => {
  it('gives each call an empty database and the broker of the run', async () => {
    const [one, two] = await Promise.all([testStack(), testStack()]);
    expect(one.databaseUrl).not.toBe(two.databaseUrl);
    expect(one.topicPrefix).not.toBe(two.topicPrefix);

    const client = new pg.Client({ connectionString: one.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ n: string }>(
      "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'public'",
    );
    expect(rows).toEqual([{ n: '0' }]);
    await client.end();

    const admin = new kafkajs.Kafka({
      brokers: one.brokers,
      logLevel: kafkajs.logLevel.NOTHING,
    }).admin();
    await admin.connect();
    const topic = `${one.topicPrefix}x`;
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    expect(topics[0]?.partitions).toHaveLength(2);
    await admin.disconnect();
    await Promise.all([one.close(), two.close()]);
  });
});
