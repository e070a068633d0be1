import { choice, text, texts } from '../../catalog/fields.ts';
import type { See } from '../../catalog/link.ts';
import type { RootQuery } from '../../catalog/root-query.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { takesRequests } from './lifecycle.ts';
import { category, launchStage } from './service-listing.ts';

const listingOf = (service: Sql, see: See, condition: Sql): Sql => sql`exists (
  select from service_listing l where l.service_id = ${service}.id and ${see('ServiceListing', sql`l`)} and ${condition})`;

/** A pattern of LIKE that finds the words as they are. */
const containing = (words: unknown): string =>
  `%${String(words)
    .trim()
    .replace(/[\\%_]/g, '\\$&')}%`;

function matches(service: Sql, search: unknown, see: See): Sql {
  const pattern = containing(search);
  return sql`(concat_ws(' ', ${service}.display_name, ${service}.service_name, ${service}.name, ${service}.description) ilike ${pattern}
    or ${listingOf(service, see, sql`concat_ws(' ', l.tagline, array_to_string(l.categories, ' ')) ilike ${pattern}`)})`;
}

export const offeredServices: RootQuery = {
  name: 'offeredServices',
  gives: 'many',
  to: 'Service',
  description:
    'The services that new customers are offered: those that are Published, by their names for people. A Deprecated service is found in `services` and by its name.',
  args: {
    search: text({
      description:
        'Words that appear, in upper or lower case, in the display name, the canonical name, the description, the tagline or a category.',
      max: 128,
    }),
    categories: texts({
      description: 'Only services in one of these categories.',
      max: 32,
      item: category,
    }),
    launchStage: choice(launchStage.name, launchStage.meanings, {
      description: 'Only services of this launch stage.',
    }),
  },
  orderBy: ['DISPLAY_NAME_ASC'],
  where: (service, { search, categories, launchStage: stage }, see) =>
    sql.join(
      [
        takesRequests(service),
        ...(search === undefined ? [] : [matches(service, search, see)]),
        ...(categories === undefined ? [] : [listingOf(service, see, sql`l.categories && ${categories}::text[]`)]),
        ...(stage === undefined ? [] : [listingOf(service, see, sql`l.launch_stage::text = ${stage}`)]),
      ],
      ' and ',
    ),
};

/** What a page offers to choose from. */
export const serviceCategories: RootQuery = {
  name: 'serviceCategories',
  gives: 'records',
  description: 'The categories of the services that new customers are offered, by name, each with how many there are.',
  record: {
    name: 'ServiceCategory',
    description: 'A category that services are found under.',
    fields: {
      category: {
        gives: 'value',
        type: 'String',
        description: 'Name of the category.',
        value: (row) => sql`${row}.category`,
      },
      serviceCount: {
        gives: 'value',
        type: 'Int',
        description: 'Number of the services in it that you may see.',
        value: (row) => sql`${row}.service_count`,
      },
    },
  },
  rows: (_, see) => sql`
    select row_number() over (order by c.category) as ord, c.category, count(*)::int as service_count
    from service s
    join service_listing l on l.service_id = s.id
    cross join lateral unnest(l.categories) c (category)
    where ${takesRequests(sql`s`)} and ${see('Service', sql`s`)} and ${see('ServiceListing', sql`l`)}
    group by c.category`,
};
