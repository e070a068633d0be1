/** What `--help` shows below the options of each command: a line to type and what it does. */
export const examples: Readonly<Record<string, readonly (readonly [line: string, meaning: string])[]>> = {
  catalog: [
    ['catalog get sites', 'the facilities'],
    ['catalog apply -f service.yaml', 'publish what a file describes'],
    ['catalog explain rack', 'what a rack has'],
    ['catalog get projects --as org-owner', 'what someone else sees'],
    ['catalog apply --help', 'more about a command'],
  ],
  apply: [
    ['catalog apply -f service.yaml', 'one file'],
    ['catalog apply -f base -f extra -R', 'two folders with those in them, as one batch'],
    ['generate | catalog apply -f -', 'from another program'],
    ['catalog apply -f site --validate-only', 'see what would happen'],
    ['catalog apply -f vm.yaml --project web', 'kinds that live in a project'],
    ['catalog apply -f site --manager gitops', 'own what the files say, leave the rest to others'],
    [
      'catalog apply -f backup.yaml --batch 5000 -q',
      'more than one request can take: what is referred to stands first',
    ],
  ],
  validate: [
    ['catalog validate -f service.yaml', 'every problem, with file, line and column'],
    ['catalog validate -f manifests -R -q', 'in a pipeline: silent when all is well'],
  ],
  diff: [
    ['catalog diff -f service.yaml', 'every path that would change, before → after'],
    ['catalog diff -f manifests && echo same', 'exit code 0 says that nothing would change'],
  ],
  get: [
    ['catalog get racks', 'a table'],
    ['catalog get rack fra1-a01 -o yaml', 'one object as its manifest'],
    ['catalog get site/fra1 rack/fra1-a01', 'objects of several kinds'],
    ['catalog get ports -l topology.inventory.miloapis.com/site=fra1 -o wide', 'by label, all columns'],
    ['catalog get services,regions -o json', 'two kinds as one list'],
    ['catalog get all -o name', 'everything there is'],
    ['catalog get racks --watch', 'the racks, then every change of one as it happens'],
  ],
  authz: [
    ['catalog authz verify', 'every tuple against what the catalog says; exit code 1 when they differ'],
    ['catalog authz rebuild', 'fill a new store and put it in force in one step'],
  ],
  history: [
    ['catalog history rack/fra1-a01', 'who changed what, from what to what'],
    ['catalog history project web --limit 5', 'the last five changes'],
    [
      'catalog history rack/fra1-a01 -o wide',
      'also by which request, from where; for those who may read the audit log',
    ],
    ['catalog history site/fra9 -o yaml', 'every state it was in, also when it is gone'],
  ],
  export: [
    ['catalog export > catalog.yaml', 'everything; `catalog apply -f catalog.yaml` brings it back'],
    ['catalog export -d backup', 'one file per kind'],
    ['catalog export services meterdefinitions', 'two kinds'],
    ['catalog export racks -l tier=core -o json', 'by label, as JSON'],
  ],
  delete: [
    ['catalog delete rack/a14', 'one object'],
    ['catalog delete rack a14 a15', 'several of a kind'],
    ['catalog delete -f service.yaml', 'what a file describes'],
    ['catalog delete networkdevice/leaf7 --cascade', 'a device with its ports'],
    ['catalog delete site/fra9 --ignore-not-found', 'gone already is fine, too'],
    ['catalog delete site/fra1 --validate-only', 'see what refers to it'],
  ],
  kinds: [
    ['catalog kinds', 'names, short names, groups'],
    ['catalog kinds -o wide', 'with their fields in the graph'],
  ],
  explain: [
    ['catalog explain rack', 'a kind and all its fields'],
    ['catalog explain rack.site', 'one field and what it leads to'],
    ['catalog explain port.type', 'the values it may have'],
  ],
  query: [
    ["catalog query --document '{ sites { nodes { name } } }'", 'a document on the command line'],
    ['catalog query trace.graphql --var port=fra1-a01-router-et1', 'a file, with a variable'],
    ['catalog query - --variables page.json < list.graphql', 'from stdin, variables from a file'],
    ["catalog query --explain --document '{ racks { totalCount } }'", 'with the SQL that it took'],
  ],
  token: [
    ['catalog token staff', 'a token for an hour'],
    ['catalog token org-owner --lifetime 12h', 'for half a day'],
    ['catalog token --subject 326102453042806786', 'any user or service account'],
    ['curl -H "authorization: Bearer $(catalog token billing)" …', 'in a request of another program'],
  ],
  whoami: [
    ['catalog whoami', 'the user or service account of the token that is sent'],
    ['catalog whoami --as auditor', 'of a persona of the example world'],
  ],
  'can-i': [
    ['catalog can-i update rack/fra1-a01', 'yes or no'],
    ['catalog can-i create racks --in site/fra1', 'in a place'],
    ['catalog can-i create projects --as org-owner', 'anywhere at all'],
    ['catalog can-i iam.miloapis.com/roles.use organization/northwind', 'a permission in full'],
  ],
  'who-can': [
    ['catalog who-can update site/fra1', 'everyone, by which binding, role, group and scope'],
    ['catalog who-can create projects --in organization/northwind', 'in a place'],
    ['catalog who-can delete project/northwind-web -o yaml', 'for another program'],
  ],
  completion: [
    ['source <(catalog completion bash)', 'for this shell; put it into ~/.bashrc to keep it'],
    ['source <(catalog completion zsh)', 'the same for zsh, in ~/.zshrc'],
    ['catalog completion fish | source', 'the same for fish, in ~/.config/fish/config.fish'],
  ],
  version: [['catalog version', 'this program, and the service it finds']],
};
