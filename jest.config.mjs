// Jest runs the TypeScript sources themselves (no build needed) in ESM mode; start it with `npm run jest -- ...`.
export default {
  globalSetup: '<rootDir>/tools/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest/global-teardown.mjs',
  // The stories share one running system, and the Kafka specs one broker whose consumer groups rebalance: beside each other they wait for each other.
  maxWorkers: 1,
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
