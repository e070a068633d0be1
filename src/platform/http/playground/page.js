/* global GraphiQL, React, ReactDOM */
const explain = document.getElementById('explain');
const picker = document.getElementById('examples');
const description = document.getElementById('description');
const identity = document.getElementById('identity');
const personaPicker = document.getElementById('personas');
const REMEMBERED = 'catalog:persona';
let personas = [];

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
  personaPicker.addEventListener('change', () => localStorage.setItem(REMEMBERED, personaPicker.value));
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

/** Sends an operation to the service; with Explain on, the answer shows its statements. */
async function fetcher(parameters, options) {
  const accept = 'application/json, text/event-stream';
  const headers = { 'content-type': 'application/json', accept, ...options?.headers };
  const stop = new AbortController();
  if (explain.checked) headers['x-catalog-explain'] = 'true';
  const body = JSON.stringify(parameters);
  try {
    let response = await post(headers, body, stop.signal);
    if (response.status === 401 && chosen()) {
      // The page has been open longer than its tokens last.
      await loadPersonas();
      response = await post(headers, body, stop.signal);
    }
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) return results(response.body, stop);
    return await response.json();
  } catch (error) {
    return { errors: [{ message: `The catalog cannot be reached: ${error.message}. Is it still running?` }] };
  }
}

const root = ReactDOM.createRoot(document.getElementById('graphiql'));
let shown = 0;
function show(query) {
  // A new key makes a fresh editor with the chosen query.
  root.render(
    React.createElement(GraphiQL, {
      key: shown++,
      fetcher,
      query,
      defaultEditorToolsVisibility: true,
      shouldPersistHeaders: false,
    }),
  );
}

Promise.all([fetch('/playground/examples.json').then((response) => response.json()), loadPersonas()]).then(
  ([examples]) => {
    showPersonas();
    for (const { name } of examples) picker.add(new Option(name, name));
    const open = (name) => {
      const example = examples.find((candidate) => candidate.name === name);
      if (!example) return;
      description.textContent = example.description;
      show(example.query);
    };
    picker.addEventListener('change', () => open(picker.value));
    const asked = new URLSearchParams(location.search).get('query');
    if (asked !== null) {
      show(asked);
    } else if (examples.length > 0) {
      picker.value = examples[0].name;
      open(examples[0].name);
    } else {
      show('{\n  kinds { kind description }\n}\n');
    }
  },
);
