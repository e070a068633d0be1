/** PostGraphile on the same tables, with the functions that its user would add. */
import { createServer } from 'node:http';
import pg from 'pg';
import { postgraphile } from 'postgraphile';
import { TYPES } from 'postgraphile/@dataplan/pg';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { sql } from 'postgraphile/pg-sql2';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { makeV4Preset } from 'postgraphile/presets/v4';
import { addPgTableOrderBy, orderByAscDesc } from 'postgraphile/utils';
import { announce, type ServerOptions } from './announce.ts';

/** In the schema of the tables, where it looks for fields of theirs. */
const functions = `
  create or replace function port_cable(p port) returns cable language sql stable as $$
    select c.* from cable_termination t join cable c on c.id = t.cable_id where t.port_id = p.id $$;
  create or replace function port_far_port(p port) returns port language sql stable as $$
    select f.* from cable_termination t
    join cable_termination u on u.cable_id = t.cable_id and u.position <> t.position
    join port f on f.id = u.port_id where t.port_id = p.id $$;
  create or replace function network_device_by_name(name text) returns network_device language sql stable as $$
    select * from network_device d where d.name = network_device_by_name.name $$;
  create or replace function rack_by_name(name text) returns rack language sql stable as $$
    select * from rack r where r.name = rack_by_name.name $$;
  create or replace function devices_by_label(l jsonb) returns setof network_device language sql stable as $$
    select * from network_device where labels @> l order by name collate natural_order, id $$;
  create or replace function ports_by_prefix(prefix text) returns setof port language sql stable as $$
    select * from port where name >= prefix and name < prefix || '~' order by name collate natural_order, id $$;`;

/** Lists of what is numbered in the order of the catalog: `s1-r2` before `s1-r10`. */
const inOrder = ['network_device', 'port'].map((tableName) =>
  addPgTableOrderBy({ schemaName: 'public', tableName }, () =>
    orderByAscDesc('IN_ORDER', ({ alias }) => ({
      fragment: sql`${alias}.name collate natural_order`,
      codec: TYPES.text,
    })),
  ),
);

/** Its global ids clash with the table called node, so they are off; the table gets another name. */
const withoutNodeIds = [
  'NodePlugin',
  'AddNodeInterfaceToSuitableTypesPlugin',
  'PgTableNodePlugin',
  'PgNodeIdAttributesPlugin',
  'NodeAccessorPlugin',
  'RegisterQueryNodePlugin',
];
const names = {
  name: 'Names',
  inflection: {
    replace: {
      tableType: (previous: (codec: { name: string }) => string, _: unknown, codec: { name: string }) =>
        codec.name === 'node' ? 'ComputeNode' : previous(codec),
    },
  },
};

async function start({ databaseUrl, connection }: ServerOptions): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(functions);
  await client.end();
  const server = createServer();
  const instance = postgraphile({
    extends: [
      PostGraphileAmberPreset,
      makeV4Preset({
        simpleCollections: 'both',
        dynamicJson: true,
        graphiql: false,
        disableDefaultMutations: true,
        legacyRelations: 'omit',
      }),
    ],
    pgServices: [makePgService({ connectionString: databaseUrl, schemas: ['public'], poolConfig: { ...connection } })],
    disablePlugins: withoutNodeIds,
    plugins: [names, ...inOrder],
    grafast: { context: () => ({}) },
    grafserv: { graphqlPath: '/', graphiql: false, websockets: false, watch: false, maxRequestLength: 1e6 },
  });
  await instance.createServ(grafserv).addTo(server);
  announce(server, '/');
}

process.once('message', (options: ServerOptions) => {
  start(options).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
