// Jest runs the TypeScript sources themselves (no build needed) in ESM mode; start it with `npm run jest -- ...`.
export default {
  globalSetup: '<rootDir>/tools/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest/global-teardown.mjs',
  testSequencer: '<rootDir>/tools/jest/sequencer.mjs',
  // One more than a small machine has cores, since many specs wait. Each worker has a Postgres of its own, for a transaction that stays open
  // in one database holds up the relays of all: where one is given, specs run one after the other. So do the long ones, which end and freeze
  // processes, and measure.
  maxWorkers: process.env.DATABASE_URL || process.env.LIANBAN_TEST_LONG ? 1 : 3,
  // No assertion, only an end for what hangs.
  testTimeout: 60_000,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@lianban/source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/{apps,libs,tools}/**/src/**/*.spec.ts', '<rootDir>/tests/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['/dist/', '/.nx/', '/.lianban/'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        target: 'es2022', keepClassNames: true,
      },
      module: { type: 'es6' }, sourceMaps: 'inline',
    }],
  },
  transformIgnorePatterns: ['/node_modules/'],
};
