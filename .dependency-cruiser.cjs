/** Who may import whom (docs/architecture.md). */
const pure = ['^libs/(contracts|custody|tlog|materials)/src/'];
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-stand-alone',
      comment: 'An app never imports another app.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(apps|local|test)/' },
    },
    {
      name: 'lib-specs-know-no-app',
      comment: 'Specs of a lib may use the local stack and test material, but no app.',
      severity: 'error',
      from: { path: '^libs/.*\\.spec\\.ts$' },
      to: { path: '^apps/' },
    },
    {
      name: 'tlog-imports-nothing',
      severity: 'error',
      from: { path: '^libs/tlog/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(libs|apps|local|test)/', pathNot: '^libs/tlog/' },
    },
    {
      name: 'materials-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^libs/materials/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: '^libs/materials/' },
    },
    {
      name: 'contracts-imports-materials-only',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: '^libs/(contracts|materials)/' },
    },
    {
      name: 'custody-imports-contracts-and-materials',
      severity: 'error',
      from: { path: '^libs/custody/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: '^libs/(custody|contracts|materials)/' },
    },
    {
      name: 'edge-imports-contracts',
      severity: 'error',
      from: { path: '^libs/edge/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: '^libs/(edge|contracts)/' },
    },
    {
      name: 'aliases-not-insides',
      comment: 'Apps and other libs use a lib by its alias, never by a path into it.',
      severity: 'error',
      from: { path: '^(apps|local|test)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'pure-stays-pure',
      comment: 'Rules have no framework, database, broker, file system, clock or random.',
      severity: 'error',
      from: { path: pure, pathNot: '\\.spec\\.ts$' },
      to: {
        path: [
          '^(@nestjs|pg|kafkajs|typeorm|express)',
          'node_modules/(@nestjs|pg|kafkajs|typeorm|express)/',
          '^(fs|net|http|child_process|timers)(/|$)',
        ],
      },
    },
    {
      name: 'broker-behind-a-port',
      comment: 'The client of the broker is known to the adapter in libs/kafka and to specs alone.',
      severity: 'error',
      from: {
        path: '^(apps|libs|local|observability)/',
        pathNot: ['^libs/kafka/src/', '\\.spec\\.ts$', '/spec-[^/]+\\.ts$', '\\.spec-tools\\.ts$'],
      },
      to: { path: '(^|node_modules/)kafkajs(/|$)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
  },
};
