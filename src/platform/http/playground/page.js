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
function post(given, body) {
  const headers = new Headers(given);
  const persona = chosen();
  if (persona && !headers.has('authorization')) headers.set('authorization', `Bearer ${persona.token}`);
  return fetch('/graphql', { method: 'POST', headers, body });
}

/** Sends an operation to the service; with Explain on, the answer shows its statements. */
async function fetcher(parameters, options) {
  const headers = { 'content-type': 'application/json', ...options?.headers };
  if (explain.checked) headers['x-catalog-explain'] = 'true';
  const body = JSON.stringify(parameters);
  try {
    let response = await post(headers, body);
    if (response.status === 401 && chosen()) {
      // The page has been open longer than its tokens last.
      await loadPersonas();
      response = await post(headers, body);
    }
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
    if (examples.length > 0) {
      picker.value = examples[0].name;
      open(examples[0].name);
    } else {
      show('{\n  kinds { kind description }\n}\n');
    }
  },
);
