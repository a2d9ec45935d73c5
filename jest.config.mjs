/** Specs run straight from the TypeScript sources; only those that start processes need `dist/`. */
const swc = [
  '@swc/jest',
  {
    jsc: {
      experimental: { keepImportAttributes: true },
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  setupFiles: ['<rootDir>/test/property-seed.mjs'],
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  roots: [
    '<rootDir>/apps',
    '<rootDir>/libs',
    '<rootDir>/local',
    '<rootDir>/observability',
    '<rootDir>/test',
  ],
};

export default {
  // Real processes on a machine that does other things too: a bound for what hangs, not for speed.
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/left-out-reporter.mjs'],
  projects: [
    {
      ...shared,
      displayName: 'pure',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.(int|e2e)\\.spec\\.ts$'],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['**/*.int.spec.ts'],
      globalSetup: '<rootDir>/local/jest-global-setup.mjs',
      globalTeardown: '<rootDir>/local/jest-global-teardown.mjs',
    },
    {
      ...shared,
      displayName: 'line',
      testMatch: ['**/*.e2e.spec.ts'],
      runner: '<rootDir>/test/one-line-at-a-time.mjs',
    },
  ],
};
