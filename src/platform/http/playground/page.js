/* global GraphiQL, React, ReactDOM */
const explain = document.getElementById('explain');
const picker = document.getElementById('examples');
const description = document.getElementById('description');

/** Sends an operation to the service; with Explain on, the answer shows its statements. */
async function fetcher(parameters, options) {
  const headers = { 'content-type': 'application/json', ...options?.headers };
  if (explain.checked) headers['x-catalog-explain'] = 'true';
  try {
    const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(parameters) });
    return await response.json();
  } catch (error) {
    return { errors: [{ message: `The catalog can not be reached: ${error.message}. Is it still running?` }] };
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

fetch('/playground/examples.json')
  .then((response) => response.json())
  .then((examples) => {
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
  });
