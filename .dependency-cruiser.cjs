/** The boundaries that fail the build. Paths, not names: a rule that matches nothing guards nothing, so tests/architecture breaks each once. */
const only = (name, comment, from, allowed) => ({
  name, comment, severity: 'error',
  from: { path: from },
  to: { path: '^(apps|libs|tools)/', pathNot: [from, ...allowed] },
});

/** What several decisions of a service share, the decisions themselves, and what is answered without deciding; each in the folder of its use case. */
const pure = ['^apps/[^/]+/src/domain/', '^apps/[^/]+/src/.*\\.(decider|question)\\.ts$'];

module.exports = {
  forbidden: [
    { name: 'no-circular', comment: 'A cycle can be neither understood nor started in parts.', severity: 'error', from: {}, to: { circular: true } },
    only('texts-stand-alone', 'Texts are data; a page in the browser may take them.', '^libs/texts/', []),
    only('contracts-stand-alone', 'Integrators read contracts; they must not drag in the rest.', '^libs/contracts/', ['^libs/texts/']),
    only('working-time-pure', 'Deadline arithmetic is pure.', '^libs/working-time/', ['^libs/(contracts|texts|testing)/']),
    only('scoring-pure', 'Formulas are pure: satisfaction and insight must get the same numbers.', '^libs/scoring/', ['^libs/(contracts|texts)/']),
    only('similar-cases-pure', 'How alike two demands are is pure: intake and insight must get the same numbers.', '^libs/similar-cases/', []),
    only('routing-pure', 'Proposals are computed from texts, wherever those come from.', '^libs/routing/', ['^libs/(contracts|texts)/']),
    only('event-store-needs-contracts-only', 'The store knows events, not Kafka or Nest.', '^libs/event-store/', ['^libs/contracts/', '^libs/testing/']),
    only('kafka-below-services', 'The backbone knows no service.', '^libs/kafka/', ['^libs/contracts/', '^libs/event-store/', '^libs/testing/']),
    only('projections-below-services', 'Projections know no service.', '^libs/projections/', ['^libs/contracts/', '^libs/event-store/', '^libs/kafka/', '^libs/testing/']),
    only('service-kit-below-services', 'Plumbing knows no service.', '^libs/service-kit/', ['^libs/(contracts|texts)/', '^libs/event-store/', '^libs/kafka/', '^libs/testing/']),
    only('timers-below-services', 'Timers know no service.', '^libs/timers/', ['^libs/contracts/', '^libs/event-store/', '^libs/kafka/', '^libs/service-kit/', '^libs/testing/']),
    {
      name: 'apps-are-separate', comment: 'Services talk through events only.', severity: 'error',
      from: { path: '^apps/([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'domain-is-pure', comment: 'Deciders read no clock, no database, no framework.', severity: 'error',
      from: { path: pure, pathNot: '(\\.spec|/sample-[^/]+)\\.ts$' },
      to: { pathNot: [...pure, '^libs/(contracts|texts|working-time|scoring|similar-cases)/'] },
    },
    {
      name: 'one-kafka-client', comment: 'The client needs care (rebalances, retries); the care lives in one place. Benchmarks compare with the bare client.', severity: 'error',
      from: { path: '^(apps|libs|tools)/', pathNot: ['^libs/kafka/', '^tools/bench/'] }, to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'no-testing-in-production', comment: 'Test infrastructure is not shipped.', severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['(\\.spec|/sample-[^/]+)\\.ts$', '^libs/testing/'] }, to: { path: '^libs/testing/' },
    },
    {
      name: 'nothing-imports-tools', comment: 'Tools use the product, never the other way round.', severity: 'error',
      from: { path: '^(apps|libs)/' }, to: { path: '^tools/' },
    },
    {
      name: 'nothing-imports-the-workshop', comment: 'Benchmarks and chaos are not in the image.', severity: 'error',
      from: { path: '^(apps|libs|tools/src)/' }, to: { path: '^tools/(bench|chaos)/' },
    },
    {
      name: 'declared-dependencies', comment: 'What is not declared vanishes with the next install.', severity: 'error',
      from: { path: '^(apps|libs|tools)/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['@lianban/source', 'import', 'node', 'default'] },
  },
};
