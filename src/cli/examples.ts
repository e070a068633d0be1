/** What `--help` shows below the options of each command: a line to type and what it does. */
export const examples: Readonly<Record<string, readonly (readonly [line: string, meaning: string])[]>> = {
  catalog: [
    ['catalog get sites', 'all facilities'],
    ['catalog apply -f service.yaml', 'create or update what a file describes'],
    ['catalog explain rack', 'documentation of a kind'],
    ['catalog get projects --as org-owner', 'as another persona'],
    ['catalog apply --help', 'options of a command'],
  ],
  apply: [
    ['catalog apply -f service.yaml', 'one file'],
    ['catalog apply -f base -f extra -R', 'two folders with subfolders, in one transaction'],
    ['generate | catalog apply -f -', 'from the output of a program'],
    ['catalog apply -f site --validate-only', 'check without changing anything'],
    ['catalog apply -f vm.yaml --project web', 'kinds that are located in a project'],
    ['catalog apply -f site --manager gitops', 'as field manager: other fields stay as they are'],
    ['catalog apply -f backup.yaml --batch 5000 -q', 'a file too large for one request, referenced objects first'],
  ],
  validate: [
    ['catalog validate -f service.yaml', 'every problem, with file, line and column'],
    ['catalog validate -f manifests -R -q', 'in CI: silent when everything is valid'],
  ],
  diff: [
    ['catalog diff -f service.yaml', 'every path that would change, before → after'],
    ['catalog diff -f manifests && echo same', 'exit code 0: nothing would change'],
  ],
  publish: [
    ['catalog publish serviceconfiguration/compute-2 --dry-run', 'what would change, and whether it is allowed'],
    ['catalog publish serviceconfiguration/compute-2', 'the same, and then it is in force'],
    ['catalog publish -f service/ --dry-run', 'what files would change whose drafts are published, as a table'],
  ],
  'roll-back': [
    ['catalog roll-back serviceconfiguration/compute-2', 'the revision before the present one, in force again'],
    ['catalog roll-back serviceconfiguration/compute-2 --to 1 --dry-run', 'whether revision 1 could be'],
  ],
  compare: [
    ['catalog compare serviceconfiguration/compute-1 serviceconfiguration/compute-2', 'every difference'],
    ['catalog compare --revisions 2,3 service/compute', 'the same by their numbers'],
    ['catalog compare serviceconfiguration/a-1 serviceconfiguration/a-2 -o json', 'for a program'],
  ],
  get: [
    ['catalog get racks', 'a table'],
    ['catalog get rack fra1-a01 -o yaml', 'one object as a manifest'],
    ['catalog get site/fra1 rack/fra1-a01', 'objects of several kinds'],
    ['catalog get ports -l topology.inventory.miloapis.com/site=fra1 -o wide', 'by label selector, with all columns'],
    ['catalog get services,regions -o json', 'two kinds as one list'],
    ['catalog get all -o name', 'all objects of all kinds'],
    ['catalog get racks --watch', 'the racks, then their changes as they happen'],
  ],
  authz: [
    ['catalog authz verify', 'compare every tuple; exit code 1 when they differ'],
    ['catalog authz rebuild', 'fill a new store and switch to it'],
  ],
  history: [
    ['catalog history rack/fra1-a01', 'who changed what, before and after'],
    ['catalog history project web --limit 5', 'the last five changes'],
    ['catalog history rack/fra1-a01 -o wide', 'with the request behind each change (for readers of the audit log)'],
    ['catalog history site/fra9 -o yaml', 'every past state, even of a deleted object'],
  ],
  export: [
    ['catalog export > catalog.yaml', 'everything; `catalog apply -f catalog.yaml` restores it'],
    ['catalog export -d backup', 'one file per kind'],
    ['catalog export services meterdefinitions', 'two kinds'],
    ['catalog export racks -l tier=core -o json', 'by label, as JSON'],
  ],
  delete: [
    ['catalog delete rack/a14', 'one object'],
    ['catalog delete rack a14 a15', 'several of a kind'],
    ['catalog delete -f service.yaml', 'what a file describes'],
    ['catalog delete networkdevice/leaf7 --cascade', 'a device with its ports'],
    ['catalog delete site/fra9 --ignore-not-found', 'no error when it does not exist'],
    ['catalog delete site/fra1 --validate-only', 'see what refers to it'],
  ],
  enable: [
    ['catalog enable maps --project web', 'ask for a service'],
    ["catalog enable maps --project web --message 'For the shop finder'", 'with a message to its provider'],
    ['catalog enable maps --project web --dry-run', 'see whether it is possible'],
  ],
  disable: [['catalog disable maps --project web', 'what only that service needs ends with it']],
  requests: [
    ['catalog requests', 'of all services that you decide on'],
    ['catalog requests --project milo-network -o name', 'names alone, of one producer'],
  ],
  approve: [
    ['catalog approve maps--web', 'one request'],
    ['catalog requests -o name | xargs catalog approve', 'all that wait'],
    ['catalog approve maps--web --dry-run', 'see what would be refused'],
  ],
  deny: [["catalog deny maps--web --message 'Only for shops'", 'with a reason that the project gets to read']],
  kinds: [
    ['catalog kinds', 'names, short names, groups'],
    ['catalog kinds -o wide', 'with their GraphQL query fields'],
  ],
  explain: [
    ['catalog explain rack', 'a kind and all its fields'],
    ['catalog explain rack.site', 'a field and the type it leads to'],
    ['catalog explain port.type', 'the values of an enum'],
  ],
  query: [
    ["catalog query --document '{ sites { nodes { name } } }'", 'a document on the command line'],
    ['catalog query port.graphql --var port=fra1-a01-router-et1', 'a file, with a variable'],
    ['catalog query - --variables page.json < list.graphql', 'from stdin, variables from a file'],
    ["catalog query --explain --document '{ racks { totalCount } }'", 'with the executed SQL'],
  ],
  token: [
    ['catalog token staff', 'a token for an hour'],
    ['catalog token org-owner --lifetime 12h', 'for half a day'],
    ['catalog token --subject 326102453042806786', 'any subject'],
    ['catalog token --context prod', 'of whoever signed in in that context'],
    ['curl -H "authorization: Bearer $(catalog token billing)" …', 'in another program'],
  ],
  login: [
    ['catalog login --server https://catalog.example.com', 'the first time: makes a context and signs in'],
    ['catalog login', 'again, in the current context'],
    ['catalog login --device', 'where there is no browser'],
    ['catalog login --context prod --no-browser', 'in another context; prints the address only'],
  ],
  logout: [
    ['catalog logout', 'of the current context'],
    ['catalog logout --context prod', 'of another one'],
  ],
  config: [
    ['catalog config get-contexts', 'all contexts; the current one is marked'],
    ['catalog config use-context prod', 'work with another service from now on'],
    ['catalog config set-context prod --server https://catalog.example.com --project web', 'make or change a context'],
    ['catalog get sites --context prod', 'one command in another context'],
  ],
  whoami: [
    ['catalog whoami', 'the user or service account of the token'],
    ['catalog whoami --as auditor', 'as a persona of the example world'],
  ],
  'can-i': [
    ['catalog can-i update rack/fra1-a01', 'yes or no'],
    ['catalog can-i create racks --in site/fra1', 'inside a facility'],
    ['catalog can-i create projects --as org-owner', 'anywhere'],
    ['catalog can-i iam.miloapis.com/roles.use organization/northwind', 'a full permission name'],
  ],
  'who-can': [
    ['catalog who-can update site/fra1', 'everyone, with binding, role, group and scope'],
    ['catalog who-can create projects --in organization/northwind', 'inside a facility'],
    ['catalog who-can delete project/northwind-web -o yaml', 'as YAML'],
  ],
  completion: [
    ['source <(catalog completion bash)', 'for this shell; add it to ~/.bashrc to keep it'],
    ['source <(catalog completion zsh)', 'the same for zsh, in ~/.zshrc'],
    ['catalog completion fish | source', 'the same for fish, in ~/.config/fish/config.fish'],
  ],
  version: [['catalog version', 'this command and the service it finds']],
};
