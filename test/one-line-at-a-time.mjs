import { createRequire } from 'node:module';

// Jest's own runner, which comes with jest and not by itself.
const core = createRequire(createRequire(import.meta.url).resolve('jest')).resolve('@jest/core');
const { default: TestRunner } = createRequire(core)('jest-runner');

/** Runs specs one after another in one worker: each starts a whole line and wants the machine. */
export default class OneLineAtATime extends TestRunner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: 1 }, context);
  }
}
