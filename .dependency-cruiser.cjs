// Imports go one way (design: main → app → domains → catalog → platform; registry → inventory and so on, left to right).
const order = ['audit', 'iam', 'tenancy', 'services', 'metering', 'registry', 'inventory'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'platform-knows-no-catalog',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(?!platform/|generated/)' },
    },
    {
      name: 'catalog-knows-no-kind',
      severity: 'error',
      from: { path: '^src/catalog/' },
      to: { path: '^src/(?!catalog/|platform/|generated/)' },
    },
    {
      name: 'schema-knows-no-history',
      comment: 'History extends the schema (schema/extension.ts).',
      severity: 'error',
      from: { path: '^src/catalog/(schema|read)/' },
      to: { path: '^src/catalog/history/' },
    },
    {
      name: 'domains-know-no-app',
      severity: 'error',
      from: { path: '^src/domains/' },
      to: { path: '^src/(?!domains/|catalog/|platform/|generated/)' },
    },
    {
      name: 'the-command-line-is-a-client',
      comment:
        'It reads and writes manifests and draws with the same functions as the service, and asks the service for the rest.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: {
        path: '^src/(?!cli/|catalog/manifests/|catalog/values/|catalog/differences\\.ts$|platform/embedded/data-directory\\.ts$|platform/is-running\\.ts$|platform/pictures/|platform/authn/(local-issuer|personas)\\.ts$|platform/http/loopback\\.ts$|config\\.ts$)',
      },
    },
    { name: 'nobody-imports-main', severity: 'error', from: {}, to: { path: '^src/main\\.ts$' } },
    { name: 'src-imports-no-tests', severity: 'error', from: { path: '^(src|scripts)/' }, to: { path: '^test/' } },
    {
      name: 'domains-meet-at-their-index',
      severity: 'error',
      from: { path: '^src/domains/([^/]+)/' },
      to: { path: '^src/domains/([^/]+)/(?!index\\.ts$)', pathNot: '^src/domains/$1/' },
    },
    ...order.map((domain, position) => ({
      name: `${domain}-imports-only-domains-before-it`,
      severity: 'error',
      from: { path: `^src/domains/${domain}/` },
      to: { path: `^src/domains/(${order.slice(position + 1).join('|') || '(?!)'})/` },
    })),
    {
      name: 'only-stores-talk-to-the-database',
      comment: 'What else needs data is given it, or a Queryable.',
      severity: 'error',
      from: { path: '^src/(catalog|domains)/' },
      to: { path: '^(node_modules/pg/|pg$)' },
    },
    {
      name: 'no-unresolvable',
      comment: 'The bench has dependencies of its own, which are installed where it is run.',
      severity: 'error',
      from: { pathNot: '^bench/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency-in-the-service',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
