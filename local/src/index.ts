export { StackError } from './stack-error.js';
export { startStack, type Stack, type StackOptions, type StackStep } from './stack.js';
export type { ServerControl } from './managed-server.js';
export { testDataDir, testStack, type TestStack } from './test-stack.js';
