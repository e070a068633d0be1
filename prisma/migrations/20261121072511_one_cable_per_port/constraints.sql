-- What all kinds share and Prisma's language lacks.
create sequence catalog_revision;

insert into scope (id, kind) values ('00000000-0000-7000-8000-000000000000', 'Platform');
insert into scope_closure (ancestor_id, descendant_id, depth)
values ('00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000000', 0);
insert into access_position (id) values (1);

-- Works out the closure of the given scopes and everything below them anew. (One statement: the migration engine
-- takes a file apart at its semicolons.)
create function scope_closure_rebuild(moved uuid[]) returns bigint language sql as $$
  with recursive subtree (id) as (
    select unnest(moved) union select s.id from scope s join subtree t on s.parent_id = t.id
  ), up (descendant, ancestor, depth) as (
    select id, id, 0 from subtree
    union all
    select u.descendant, s.parent_id, u.depth + 1 from up u join scope s on s.id = u.ancestor where s.parent_id is not null
  ), gone as (
    delete from scope_closure c using subtree t
    where c.descendant_id = t.id and not exists (select from up u where u.descendant = c.descendant_id and u.ancestor = c.ancestor_id)
  ), kept as (
    insert into scope_closure (ancestor_id, descendant_id, depth) select ancestor, descendant, depth from up
    on conflict (descendant_id, ancestor_id) do update set depth = excluded.depth where scope_closure.depth <> excluded.depth
    returning 1
  )
  select count(*) from kept
$$;

-- The group of everyone who is signed in; bindings name it without its being created by anyone.
insert into user_group (id, name, namespace, revision, scope_id)
values ('00000000-0000-7000-8000-000000000001', 'system:authenticated', 'milo-system', nextval('catalog_revision'), '00000000-0000-7000-8000-000000000000');

-- policy_binding_subject_one = SUBJECT_REQUIRED: a subject is exactly one principal
alter table policy_binding_subject add constraint policy_binding_subject_one check (num_nonnulls(user_account_id, user_group_id, service_account_id) = 1);
-- group_nesting_one_member = MEMBER_REQUIRED: a nesting has exactly one member
alter table group_nesting add constraint group_nesting_one_member check (num_nonnulls(member_user_group_id, member_service_account_id) = 1);

create extension if not exists btree_gist;

-- The units that placed devices take. Kept by the write pipeline; two simultaneous writers can never both win.
-- rack_unit_claim_free = UNITS_TAKEN: another device takes some of these units on this face of the rack
create table rack_unit_claim (
  rack_id uuid not null constraint rack_unit_claim_rack_id_fkey references rack (id) on delete restrict,
  face rack_face not null,
  units int4range not null,
  node_id uuid constraint rack_unit_claim_node_id_fkey references node (id) on delete cascade,
  network_device_id uuid constraint rack_unit_claim_network_device_id_fkey references network_device (id) on delete cascade,
  constraint rack_unit_claim_one_device check (num_nonnulls(node_id, network_device_id) = 1),
  constraint rack_unit_claim_free exclude using gist (rack_id with =, face with =, units with &&)
);
create unique index rack_unit_claim_node_key on rack_unit_claim (node_id);
create unique index rack_unit_claim_network_device_key on rack_unit_claim (network_device_id);

-- Every end of every cable.
create view cable_end as
  select cable_id as id, cable_id, null::uuid as cable_assembly_id, 'endpoints' as side, position, port_id from cable_termination
  union all
  select cable_assembly_id, null, cable_assembly_id, 'aEnds', position, port_id from cable_assembly_a_end
  union all
  select cable_assembly_id, null, cable_assembly_id, 'bEnds', position, port_id from cable_assembly_b_end;

-- The ports that cables of both kinds take. Kept by the write pipeline; deferred, so that cables can exchange ports.
-- cabled_port_once = PORT_TAKEN: a port carries at most one cable
create table cabled_port (
  port_id uuid not null constraint cabled_port_port_id_fkey references port (id) on delete restrict,
  cable_id uuid constraint cabled_port_cable_id_fkey references cable (id) on delete cascade,
  cable_assembly_id uuid constraint cabled_port_cable_assembly_id_fkey references cable_assembly (id) on delete cascade,
  constraint cabled_port_one_cable check (num_nonnulls(cable_id, cable_assembly_id) = 1),
  constraint cabled_port_once exclude using btree (port_id with =) deferrable initially deferred
);
create index cabled_port_of_cable on cabled_port (cable_id);
create index cabled_port_of_assembly on cabled_port (cable_assembly_id);
-- port_one_device = DEVICE_REQUIRED: a port is on exactly one device
alter table port add constraint port_one_device check (num_nonnulls(device_node_id, device_network_device_id, device_rack_id) = 1);
-- port_label_of_node_key = PORT_NAME_TAKEN: the device has a port of this name already
create unique index port_label_of_node_key on port (device_node_id, port_label);
-- port_label_of_network_device_key = PORT_NAME_TAKEN: the device has a port of this name already
create unique index port_label_of_network_device_key on port (device_network_device_id, port_label);
-- port_label_of_rack_key = PORT_NAME_TAKEN: the rack has a port of this name already
create unique index port_label_of_rack_key on port (device_rack_id, port_label);
-- circuit_id_of_provider_key = CIRCUIT_ID_TAKEN: the provider has a circuit of this id already
create unique index circuit_id_of_provider_key on circuit (provider_id, circuit_id);
alter table circuit add constraint circuit_one_a_end check (num_nonnulls(a_end_site_id, a_end_port_id) = 1);
alter table circuit add constraint circuit_one_z_end check (num_nonnulls(z_end_site_id, z_end_port_id) = 1);
alter table link_endpoint add constraint link_endpoint_one_target check (num_nonnulls(site_id, cluster_id, network_device_id) = 1);
-- pass_through_port_once = PORT_DECLARED_TWICE: the port is declared a pass-through port already
create unique index pass_through_port_once on pass_through_port (port_id);
-- port_mapping_front_key = POSITION_MAPPED: this position of the front port is mapped already
create unique index port_mapping_front_key on port_mapping (front_port_id, front_position);
-- port_mapping_rear_key = POSITION_MAPPED: this position of the rear port is mapped already
create unique index port_mapping_rear_key on port_mapping (rear_port_id, rear_position);
-- device_slot_occupant_node_key = OCCUPANT_ELSEWHERE: the device sits in another slot
create unique index device_slot_occupant_node_key on device_slot (occupant_node_id);
-- device_slot_occupant_network_device_key = OCCUPANT_ELSEWHERE: the device sits in another slot
create unique index device_slot_occupant_network_device_key on device_slot (occupant_network_device_id);

-- meter_definition_own_name = DUPLICATE_NAME: a meter of this name stands on its own already
CREATE UNIQUE INDEX meter_definition_own_name ON meter_definition (api_group, name) WHERE configuration_id IS NULL;

-- meter_definition_once_per_configuration = DUPLICATE_METER_NAME: a configuration declares each meter once
CREATE UNIQUE INDEX meter_definition_once_per_configuration ON meter_definition (configuration_id, meter_name) WHERE configuration_id IS NOT NULL;

-- Deferred: when another configuration comes into force, both hold the name until the statement that ends it.
-- meter_definition_one_in_force = DUPLICATE_METER_NAME: a meter of this name is in force already
ALTER TABLE meter_definition ADD CONSTRAINT meter_definition_one_in_force EXCLUDE USING btree (meter_name WITH =) WHERE (in_force) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX meter_definition_by_meter_name ON meter_definition (meter_name);
CREATE INDEX meter_definition_in_force ON meter_definition (service_id, name, id) WHERE in_force;
CREATE INDEX meter_definition_by_named_types ON meter_definition USING gin (monitored_resource_types) WHERE configuration_id IS NULL;

-- monitored_resource_type_own_name = DUPLICATE_NAME: a resource type of this name stands on its own already
CREATE UNIQUE INDEX monitored_resource_type_own_name ON monitored_resource_type (api_group, name) WHERE configuration_id IS NULL;

-- monitored_resource_type_once_per_configuration = DUPLICATE_RESOURCE_TYPE_NAME: a configuration declares each resource type once
CREATE UNIQUE INDEX monitored_resource_type_once_per_configuration ON monitored_resource_type (configuration_id, resource_type_name) WHERE configuration_id IS NOT NULL;

-- monitored_resource_type_one_in_force = DUPLICATE_RESOURCE_TYPE_NAME: a resource type of this name is in force already
ALTER TABLE monitored_resource_type ADD CONSTRAINT monitored_resource_type_one_in_force EXCLUDE USING btree (resource_type_name WITH =) WHERE (in_force) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX monitored_resource_type_by_type_name ON monitored_resource_type (resource_type_name);
CREATE INDEX monitored_resource_type_by_kind ON monitored_resource_type (gvk_group, gvk_kind);
CREATE INDEX monitored_resource_type_in_force ON monitored_resource_type (service_id, name, id) WHERE in_force;

-- The foreign key of the link table comes from the schema; this is what its refusal means.
-- meter_resource_type_monitored_resource_type_id_fkey = REFERENCED: meters still name this resource type

CREATE INDEX resource_registration_by_claiming_kind ON resource_registration USING gin (claiming_resources jsonb_path_ops);

-- Deferred to the end of the transaction: until then the domain's own rules name who collides with whom.

-- region_state_once = DUPLICATE_REGION_STATE: a region has at most one state
ALTER TABLE region_state ADD CONSTRAINT region_state_once EXCLUDE USING btree (region_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_runtime_once = DUPLICATE_RUNTIME: a service has at most one runtime record
ALTER TABLE service_runtime ADD CONSTRAINT service_runtime_once EXCLUDE USING btree (service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_runtime_global_domain_once = E2_DOMAIN_TAKEN: another service has this global domain
ALTER TABLE service_runtime ADD CONSTRAINT service_runtime_global_domain_once EXCLUDE USING btree (global_domain WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_runtime_not_led_by_itself = C6_LEADER: a service does not lead itself
ALTER TABLE service_runtime ADD CONSTRAINT service_runtime_not_led_by_itself CHECK (leading_service_id <> service_id);

-- service_version_once = V1_DUPLICATE_VERSION: a service has each version once
ALTER TABLE service_version ADD CONSTRAINT service_version_once EXCLUDE USING btree (service_id WITH =, version WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_import_once = I3_DUPLICATE_IMPORT: a version imports a service at one version at most
ALTER TABLE service_import ADD CONSTRAINT service_import_once EXCLUDE USING btree (service_version_id WITH =, target_service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_use_once = DUPLICATE_USE: a service states each use of another once
ALTER TABLE service_use ADD CONSTRAINT service_use_once EXCLUDE USING btree (service_id WITH =, target_service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- api_resource_singular_once = N5_RESOURCE_NAME: another resource of the service has this name, be it in another case
ALTER TABLE api_resource ADD CONSTRAINT api_resource_singular_once EXCLUDE USING btree (service_id WITH =, lower(singular_name) WITH =) DEFERRABLE INITIALLY DEFERRED;

-- api_resource_plural_once = N5_RESOURCE_NAME: another resource of the service has this plural, be it in another case
ALTER TABLE api_resource ADD CONSTRAINT api_resource_plural_once EXCLUDE USING btree (service_id WITH =, lower(plural_name) WITH =) DEFERRABLE INITIALLY DEFERRED;

-- deployment_once_per_region = N4_DUPLICATE_DEPLOYMENT: a service is deployed in a region at most once
ALTER TABLE deployment ADD CONSTRAINT deployment_once_per_region EXCLUDE USING btree (service_id WITH =, region_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- deployment_public_domain_once = E2_DOMAIN_TAKEN: another deployment has this public domain
ALTER TABLE deployment ADD CONSTRAINT deployment_public_domain_once EXCLUDE USING btree (public_domain WITH =) DEFERRABLE INITIALLY DEFERRED;

-- deployment_runs_on_one_place = RUNS_ON_ONE: an entry of runsOn names one site, cluster or node
ALTER TABLE deployment_runs_on ADD CONSTRAINT deployment_runs_on_one_place CHECK (num_nonnulls(site_id, cluster_id, node_id) = 1);

-- deployment_runs_on_once = DUPLICATE_ENTRY: a deployment names each place once
CREATE UNIQUE INDEX deployment_runs_on_once ON deployment_runs_on (deployment_id, site_id, cluster_id, node_id) NULLS NOT DISTINCT;

-- Where a deployment physically is: the sites it names, those of its clusters' control planes and of their servers.
CREATE VIEW deployment_site AS
  SELECT r.deployment_id, r.site_id FROM deployment_runs_on r WHERE r.site_id IS NOT NULL
  UNION
  SELECT r.deployment_id, c.control_plane_site_id FROM deployment_runs_on r JOIN cluster c ON c.id = r.cluster_id
  UNION
  SELECT r.deployment_id, n.site_id FROM deployment_runs_on r JOIN node n ON n.id = r.node_id;

CREATE VIEW service_site AS
  SELECT DISTINCT d.service_id, s.site_id FROM deployment d JOIN deployment_site s ON s.deployment_id = d.id;

-- Deferred to the end of the transaction: until then the domain's own rules name who collides with whom.

-- service_dependency_once = DUPLICATE_DEPENDENCY: a service names each of its dependencies once
ALTER TABLE service_dependency ADD CONSTRAINT service_dependency_once EXCLUDE USING btree (dependent_service_id WITH =, service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_dependency_not_itself = DEPENDENCY_CYCLE: a service cannot depend on itself
ALTER TABLE service_dependency ADD CONSTRAINT service_dependency_not_itself CHECK (dependent_service_id <> service_id);

-- service_entitlement_once_per_project = DUPLICATE_ENTITLEMENT: a project has at most one entitlement to a service
ALTER TABLE service_entitlement ADD CONSTRAINT service_entitlement_once_per_project EXCLUDE USING btree (project_id WITH =, service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_consumer_once_per_project = DUPLICATE_CONSUMER: a provider has at most one record of a project consuming a service
ALTER TABLE service_consumer ADD CONSTRAINT service_consumer_once_per_project EXCLUDE USING btree (project_id WITH =, service_id WITH =, consumer_project_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- configuration_activation_one_open = ALREADY_ACTIVE: a service has at most one configuration in force at a time
CREATE UNIQUE INDEX configuration_activation_one_open ON configuration_activation (service_id) WHERE deactivated_at IS NULL;

-- configuration_activation_in_order = ACTIVATION_ORDER: a configuration goes out of force after it came into force
ALTER TABLE configuration_activation ADD CONSTRAINT configuration_activation_in_order CHECK (deactivated_at IS NULL OR deactivated_at >= activated_at);

-- quota_limit_not_negative = NEGATIVE_LIMIT: limits are zero or more
ALTER TABLE quota_limit ADD CONSTRAINT quota_limit_not_negative CHECK (default_limit >= 0 AND coalesce(max_limit, 0) >= 0);

-- project_placement_project_key = PROJECT_PLACED_TWICE: the project stands in a folder already
create unique index project_placement_project_key on project_placement (project_id);
