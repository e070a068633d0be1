import { visibleAmong } from '../../catalog/access/visible-among.ts';
import { choice, type JsonFields, objects, text } from '../../catalog/fields.ts';
import { stringifyJson } from '../../catalog/manifests/json.ts';
import { value } from '../../catalog/record-fields.ts';
import type { RecordsQuery } from '../../catalog/root-query.ts';
import { sql } from '../../platform/db/sql.ts';
import { createPauses } from '../../platform/pauses.ts';
import { evaluateAll, rules } from './rules/evaluate.ts';
import { loadAll } from './rules/load.ts';
import { everything } from './rules/rule.ts';
import { factOf, messageOf } from './rules/say.ts';

const MOST = 1_000;

const missingFields: JsonFields = {
  object: text({
    description: 'The object that it is about: `Deployment/relay.eu`. There may be none yet.',
    required: true,
  }),
  path: text({ description: 'Path of the field in its manifest; null when it is about the object as a whole.' }),
  needed: text({
    description:
      'What would have to be there: `relay.v2 or higher`, `present` where any version will do, or `absent` for an object that must not be.',
    required: true,
  }),
};

const severity = choice(
  'RegistrySeverity',
  {
    Error: 'A write that would bring this about is refused.',
    Warning: 'It is possible, and worth to be known.',
  },
  { description: 'Whether it is an error or a warning.', required: true },
);

/** `registryFindings`: the same rules on everything there is. */
export const registryReport: RecordsQuery = {
  gives: 'records',
  name: 'registryFindings',
  price: 1_000,
  description: `What the rules of the registry find in it now, errors first, at most ${MOST} of them. There are no errors, since no write that makes one is accepted. A finding that names what you may not see is left out.`,
  args: { severity: choice(severity.name, severity.meanings, { description: 'Only findings of this severity.' }) },
  record: {
    name: 'RegistryFinding',
    description: 'A rule of the registry that is broken.',
    choices: [severity],
    fields: {
      rule: value('String', 'rule', 'The rule by its short name: `I5`, `E3`.'),
      code: value('String', 'code', 'The code with which writes are refused, or warned of.'),
      severity: value('RegistrySeverity', 'severity', 'Whether it is an error or a warning.'),
      sentence: value('String', 'sentence', 'What the rule says.'),
      subject: value('String', 'subject', 'The object in question, as kind and name: `Deployment/relay.eu`.'),
      field: value('String', 'field', 'Path of the field in its manifest.'),
      message: value('String', 'message', 'What is the case, in sentences.'),
      missing: {
        gives: 'objects',
        objects: objects('RegistryFact', missingFields, {
          description: 'What would have to be the case: all of it, and no less.',
        }),
        description: 'What would have to be the case instead: all of it, and no less.',
        value: (row) => sql`${row}.missing`,
      },
    },
  },
  prepare: {
    inquire: async (given, see, ask) => {
      const kinds = new Set(rules.flatMap(({ on }) => on));
      const asked = { registry: await loadAll(ask), within: everything, kinds, isTouched: () => true };
      const found = await evaluateAll(asked, createPauses());
      const wanted = found.filter(
        ({ rule }) => given.severity === undefined || nameOf(rule.severity) === given.severity,
      );
      const visible = await visibleAmong(
        ask,
        see,
        wanted.flatMap(({ named }) => named),
      );
      const shown = wanted.filter(({ named }) => named.every(({ id }) => visible.has(id)));
      const inOrder = [...shown].sort(
        (a, b) => Number(a.rule.severity === 'warning') - Number(b.rule.severity === 'warning'),
      );
      return inOrder.slice(0, MOST).map(({ rule, code, side, clauses, missing }, ord) => ({
        ord,
        rule: rule.id,
        code,
        severity: nameOf(rule.severity),
        sentence: rule.sentence,
        subject: `${side.kind}/${side.name}`,
        field: side.path,
        message: messageOf(clauses),
        missing: missing.map(factOf),
      }));
    },
  },
  rows: (_given, _see, found) => sql`
    select f.ord, f.rule, f.code, f.severity, f.sentence, f.subject, f.field, f.message, f.missing
    from jsonb_to_recordset(${stringifyJson(found ?? [])}::jsonb)
      f (ord int, rule text, code text, severity text, sentence text, subject text, field text, message text, missing jsonb)`,
};

const nameOf = (severityOfRule: 'error' | 'warning'): string => (severityOfRule === 'error' ? 'Error' : 'Warning');
