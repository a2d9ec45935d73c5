export { enrolPlantSites } from './provision.js';
export { LocalRun, type StartStep } from './local-run.js';
export { PORTS, allPorts, freePortBase } from './ports.js';
export { type ServiceName, planServices, serviceUrl } from './services.js';
export type { StartOptions } from './start-options.js';
export { StackError } from './stack-error.js';
export { startStack, type Stack, type StackOptions, type StackStep } from './stack.js';
export type { ServerControl } from './managed-server.js';
export { testDataDir, testStack, type TestStack, unguarded } from './test-stack.js';
