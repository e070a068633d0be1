/* global GraphiQL, GraphiQLPluginExplorer, React, ReactDOM */
const explain = document.getElementById('explain');
const picker = document.getElementById('examples');
const description = document.getElementById('description');
const identity = document.getElementById('identity');
const personaPicker = document.getElementById('personas');
const facts = document.getElementById('facts');
const outcome = document.getElementById('outcome');
const cost = document.getElementById('cost');
const REMEMBERED = 'catalog:persona';
/** What stands in the editor. */
let edited = { query: '', variables: '' };
let personas = [];
/** Operations under way that the editor which is shown has sent. */
let running = new AbortController();

/** Whom one can be: in embedded mode only. */
async function loadPersonas() {
  if (document.body.dataset.personas !== 'true') return;
  const response = await fetch('/personas');
  if (response.ok) personas = await response.json();
}

const chosen = () => personas.find(({ name }) => name === personaPicker.value);

function showPersonas() {
  if (personas.length === 0) return;
  for (const { name, title } of personas) personaPicker.add(new Option(`${name} – ${title}`, name));
  personaPicker.add(new Option('nobody – without a token', ''));
  personaPicker.value = localStorage.getItem(REMEMBERED) ?? personas[0].name;
  if (personaPicker.selectedIndex < 0) personaPicker.value = personas[0].name;
  personaPicker.addEventListener('change', () => {
    localStorage.setItem(REMEMBERED, personaPicker.value);
    // The answer that stands there is another's.
    show(edited);
  });
  identity.hidden = false;
}

/** Sends it as the chosen persona, unless the headers name somebody themselves. */
function post(given, body, signal) {
  const headers = new Headers(given);
  const persona = chosen();
  if (persona && !headers.has('authorization')) headers.set('authorization', `Bearer ${persona.token}`);
  return fetch('/graphql', { method: 'POST', headers, body, signal });
}

/** Results of a subscription, event by event, until the reader stops or the service says that they are complete. */
function results(body, stop) {
  const stream = (async function* () {
    let text = '';
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop();
        for (const block of blocks) {
          if (block.startsWith('event: complete')) return;
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data) yield JSON.parse(data);
        }
      }
    } catch (error) {
      if (!stop.signal.aborted) yield { errors: [{ message: `The stream has ended: ${error.message}` }] };
    }
  })();
  const leave = stream.return.bind(stream);
  // It may be waiting for the next event, which does not come when nobody listens.
  stream.return = (value) => {
    stop.abort();
    return leave(value);
  };
  return stream;
}

const sizeOf = (text) => {
  const bytes = new Blob([text]).size;
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KiB`;
};
const counted = (number, one) => `${number} ${one}${number === 1 ? '' : 's'}`;

/** Says below the panes how an operation went, and what it cost if that was asked. */
function tell(words, isFine = true, explained = undefined) {
  outcome.textContent = words.join(' · ');
  outcome.className = isFine ? '' : 'failed';
  facts.hidden = false;
  cost.hidden = explained === undefined;
  if (explained === undefined) return;
  const { statements, openfgaCalls, ms, sql } = explained;
  cost.querySelector('summary').textContent =
    `${counted(statements, 'SQL statement')} · ${counted(openfgaCalls, 'OpenFGA call')} · ${Math.round(ms)} ms in the service`;
  cost
    .querySelector('ol')
    .replaceChildren(
      ...sql.map((statement) => Object.assign(document.createElement('li'), { textContent: statement })),
    );
}

/** The lines at which an answer says that something of a manifest is refused. */
function refusedLines(value) {
  if (value === null || typeof value !== 'object') return [];
  const own = 'code' in value && Number.isInteger(value.line) ? [value.line] : [];
  return [...own, ...Object.values(value).flatMap(refusedLines)];
}

/** The same lines as the editor counts them, when the query has the manifest as its one block string. */
function linesInQuery(query, data) {
  const quotes = [...query.matchAll(/"""(\s*\n)?/g)];
  if (quotes.length !== 2) return [];
  const [{ 0: opening, index }] = quotes;
  const before = query.slice(0, index + opening.length).split('\n').length - 1;
  return [...new Set(refusedLines(data))].sort((one, other) => one - other).map((line) => before + line);
}

/** Sends an operation to the service; with Explain on, its statements are shown below. */
async function fetcher(parameters, options) {
  const accept = 'application/json, text/event-stream';
  const headers = { 'content-type': 'application/json', accept, ...options?.headers };
  const stop = new AbortController();
  // Whoever looks at something else neither waits for the answer nor is told of it.
  running.signal.addEventListener('abort', () => stop.abort(), { signal: stop.signal });
  if (explain.checked) headers['x-catalog-explain'] = 'true';
  const body = JSON.stringify(parameters);
  const isOwn = parameters.operationName !== 'IntrospectionQuery';
  const startedAt = performance.now();
  try {
    let response = await post(headers, body, stop.signal);
    if (response.status === 401 && chosen()) {
      // The page has been open longer than its tokens last.
      await loadPersonas();
      response = await post(headers, body, stop.signal);
    }
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
      tell([`${response.status}`, 'events, as they happen']);
      return results(response.body, stop);
    }
    const text = await response.text();
    stop.signal.throwIfAborted();
    const answer = JSON.parse(text);
    if (!isOwn) return answer;
    const { explain: explained, ...extensions } = answer.extensions ?? {};
    const lines = linesInQuery(parameters.query, answer.data);
    tell(
      [
        `${response.status}`,
        `${Math.round(performance.now() - startedAt)} ms`,
        sizeOf(text),
        ...(lines.length > 0 ? [`refused at line ${lines.join(', ')} of the query`] : []),
      ],
      response.ok && !answer.errors,
      explained,
    );
    // What is told below need not stand at the end of the answer as well.
    const { extensions: _told, ...rest } = answer;
    return Object.keys(extensions).length > 0 ? { ...rest, extensions } : rest;
  } catch (error) {
    return { errors: [{ message: `The catalog cannot be reached: ${error.message}. Is it still running?` }] };
  }
}

const plugins = [GraphiQLPluginExplorer.explorerPlugin()];
const root = ReactDOM.createRoot(document.getElementById('graphiql'));
let shown = 0;
function show({ query, variables = '' }) {
  // Each editor has its own: the one before may still tell of its last change, some moments late.
  const own = { query, variables };
  edited = own;
  running.abort();
  running = new AbortController();
  facts.hidden = true;
  // A new key makes a fresh editor, without an answer.
  root.render(
    React.createElement(GraphiQL, {
      key: shown++,
      fetcher,
      query,
      variables,
      plugins,
      onEditQuery: (text) => {
        own.query = text;
      },
      onEditVariables: (text) => {
        own.variables = text;
      },
      defaultEditorToolsVisibility: variables === '' ? false : 'variables',
      shouldPersistHeaders: false,
    }),
  );
}

/** An address at which another finds the same query, variables and persona. */
function shareLink() {
  const { query, variables } = edited;
  const parts = { query, ...(variables && { variables }), ...(chosen() && { as: personaPicker.value }) };
  const url = new URL(`?${new URLSearchParams(parts)}`, location.href);
  history.replaceState(null, '', url);
  // A page that did not come over TLS may not write to the clipboard.
  return navigator.clipboard?.writeText(url.href) ?? Promise.reject(new Error('no clipboard'));
}

const titleOf = (client) => client.charAt(0).toUpperCase() + client.slice(1).replaceAll('-', ' ');

function listExamples(examples) {
  for (const [client, own] of Map.groupBy(examples, (one) => one.client)) {
    const group = Object.assign(document.createElement('optgroup'), { label: titleOf(client) });
    for (const { name } of own) group.append(new Option(name, `${client}/${name}`));
    picker.append(group);
  }
}

Promise.all([fetch('/playground/examples.json').then((response) => response.json()), loadPersonas()]).then(
  ([examples]) => {
    showPersonas();
    listExamples(examples);
    const open = (wanted) => {
      const example = examples.find(({ client, name }) => `${client}/${name}` === wanted);
      if (!example) return;
      const { query, variables, as } = example;
      description.textContent = example.description;
      if (personas.some(({ name }) => name === as)) personaPicker.value = as;
      show({ query, variables: variables && JSON.stringify(variables, null, 2) });
    };
    picker.addEventListener('change', () => open(picker.value));
    document.getElementById('share').addEventListener('click', (event) => {
      const button = event.currentTarget;
      shareLink().then(
        () => (button.textContent = 'Link copied'),
        () => (button.textContent = 'Link is in the address'),
      );
    });
    const asked = new URLSearchParams(location.search);
    if (personas.some(({ name }) => name === asked.get('as'))) personaPicker.value = asked.get('as');
    if (asked.has('query')) {
      show({ query: asked.get('query'), variables: asked.get('variables') ?? '' });
    } else {
      picker.selectedIndex = 1;
      open(picker.value);
    }
  },
);
