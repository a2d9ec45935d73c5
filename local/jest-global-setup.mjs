import './typescript-sources.mjs';

/** One PostgreSQL and one broker for the whole run; see local/src/test-stack.ts. */
export default async function setUp() {
  if (process.env.TEST_DATABASE_URL && process.env.TEST_KAFKA_BROKERS) return;
  const { startTestRun } = await import('./src/test-stack.ts');
  const stack = await startTestRun();
  // Jest's own end on a signal skips the global tear-down.
  const onSignal = (signal) => {
    void stack.stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  globalThis.urbanmineTestStack = stack;
}
