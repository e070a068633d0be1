-- CreateEnum
CREATE TYPE "change_type" AS ENUM ('ADDED', 'MODIFIED', 'DELETED');

-- DropIndex
DROP INDEX "audit_record_resource_idx";

-- DropIndex
DROP INDEX "change_object_idx";

-- AlterTable
ALTER TABLE "audit_record" ADD COLUMN     "actor_id" UUID,
ADD COLUMN     "actor_name" TEXT NOT NULL,
ADD COLUMN     "after" JSONB,
ADD COLUMN     "before" JSONB,
ADD COLUMN     "generation_after" INTEGER,
ADD COLUMN     "generation_before" INTEGER,
ADD COLUMN     "position" BIGINT,
ADD COLUMN     "reason" TEXT,
ADD COLUMN     "scope_id" UUID,
ALTER COLUMN "received_at" DROP DEFAULT,
ALTER COLUMN "completed_at" DROP DEFAULT,
ALTER COLUMN "resource_kind" DROP NOT NULL,
ALTER COLUMN "resource_name" DROP NOT NULL;

-- AlterTable
ALTER TABLE "change" DROP COLUMN "actor",
DROP COLUMN "after",
DROP COLUMN "at",
ADD COLUMN     "changed_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "commit" BIGINT NOT NULL,
ADD COLUMN     "is_derived" BOOLEAN NOT NULL,
ADD COLUMN     "other_scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
ADD COLUMN     "state" JSONB NOT NULL,
DROP COLUMN "type",
ADD COLUMN     "type" "change_type" NOT NULL;

-- CreateTable
CREATE TABLE "change_set" (
    "first_position" BIGINT NOT NULL,
    "last_position" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,
    "actor" JSONB NOT NULL,
    "request_id" TEXT NOT NULL,
    "operation" TEXT,

    CONSTRAINT "change_set_pkey" PRIMARY KEY ("first_position")
);

-- CreateTable
CREATE TABLE "change_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "epoch" UUID NOT NULL DEFAULT gen_random_uuid(),
    "position" BIGINT NOT NULL DEFAULT 0,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "oldest" BIGINT NOT NULL DEFAULT 0,
    "oldest_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "change_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "former_scope" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "parent_id" UUID,

    CONSTRAINT "former_scope_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "change_set_last_position_key" ON "change_set"("last_position");

-- CreateIndex
CREATE INDEX "change_set_at_idx" ON "change_set"("at");

-- CreateIndex
CREATE INDEX "audit_record_time_idx" ON "audit_record"("received_at", "id");

-- CreateIndex
CREATE INDEX "audit_record_resource_idx" ON "audit_record"("resource_id", "received_at");

-- CreateIndex
CREATE INDEX "audit_record_name_idx" ON "audit_record"("resource_kind", "resource_name", "received_at");

-- CreateIndex
CREATE INDEX "audit_record_actor_idx" ON "audit_record"("actor_id", "received_at");

-- CreateIndex
CREATE INDEX "change_object_idx" ON "change"("object_id", "position");

-- CreateIndex
CREATE INDEX "change_state_idx" ON "change"("kind", "name", "object_id", "position");

insert into change_head (id) values (1);

alter table change_head add constraint change_head_one check (id = 1);

create function change_note_table() returns void language plpgsql as $$
begin
  if to_regclass('pg_temp.change_note') is null then
    create temporary table change_note (kind text not null, object_id uuid not null, operation text not null) on commit delete rows;
  end if;
end $$;

create function note_changes() returns trigger language plpgsql as $$
begin
  perform change_note_table();
  execute format('insert into change_note select distinct $1, %I, $2 from touched', tg_argv[1])
  using tg_argv[0], case when tg_argv[1] <> 'id' then 'UPDATE' else tg_op end;
  return null;
end $$;

create function noted_kinds() returns table (kind text, has_present boolean, has_gone boolean) language plpgsql as $$
begin
  perform change_note_table();
  return query select n.kind, bool_or(n.operation <> 'DELETE'), bool_or(n.operation = 'DELETE') from change_note n group by n.kind;
end $$;

create function note_former_scopes() returns trigger language plpgsql as $$
begin
  insert into former_scope (id, kind, parent_id) select id, kind, parent_id from touched on conflict (id) do nothing;
  return null;
end $$;

create trigger scope_remembered after delete on scope referencing old table as touched for each statement execute function note_former_scopes();

create function standing_scope(wanted uuid) returns uuid language sql stable as $$
  select case when exists (select from scope s where s.id = wanted) then wanted else (
    with recursive up (id, depth) as (
      select wanted, 0
      union all
      select f.parent_id, u.depth + 1 from up u join former_scope f on f.id = u.id where not exists (select from scope s where s.id = u.id)
    ) select coalesce((select u.id from up u join scope s on s.id = u.id order by u.depth limit 1), '00000000-0000-7000-8000-000000000000')
  ) end
$$;

create function state_content(state jsonb) returns jsonb language sql immutable as $$
  select jsonb_build_object('metadata', jsonb_build_object('labels', state -> 'labels', 'annotations', state -> 'annotations'),
    'spec', state -> 'spec', 'status', state -> 'status')
$$;

create function json_differences(before jsonb, after jsonb) returns table (path text, was jsonb, became jsonb) language sql immutable as $$
  with recursive d (path, a, b) as (
    select ''::text, before, after
    union all
    select d.path || '.' || k.key, d.a -> k.key, d.b -> k.key
    from d cross join lateral (
      select jsonb_object_keys(case when jsonb_typeof(d.a) = 'object' then d.a else '{}' end) as key
      union select jsonb_object_keys(case when jsonb_typeof(d.b) = 'object' then d.b else '{}' end)
    ) k
    where jsonb_typeof(d.a) = 'object' and jsonb_typeof(d.b) = 'object' and d.a <> d.b
  )
  select ltrim(d.path, '.'), d.a, d.b from d
  where d.a is distinct from d.b and not coalesce(jsonb_typeof(d.a) = 'object' and jsonb_typeof(d.b) = 'object', false)
$$;

create function audit_record_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log can not be changed' using errcode = 'insufficient_privilege';
end $$;

create trigger audit_record_append_only before update or delete or truncate on audit_record for each statement execute function audit_record_refuse();

revoke update, delete, truncate on audit_record from public;

create trigger user_account_insert_noted after insert on user_account referencing new table as touched for each statement execute function note_changes('User', 'id');

create trigger user_account_update_noted after update on user_account referencing new table as touched for each statement execute function note_changes('User', 'id');

create trigger user_account_delete_noted after delete on user_account referencing old table as touched for each statement execute function note_changes('User', 'id');

create trigger user_deactivation_insert_noted after insert on user_deactivation referencing new table as touched for each statement execute function note_changes('UserDeactivation', 'id');

create trigger user_deactivation_update_noted after update on user_deactivation referencing new table as touched for each statement execute function note_changes('UserDeactivation', 'id');

create trigger user_deactivation_delete_noted after delete on user_deactivation referencing old table as touched for each statement execute function note_changes('UserDeactivation', 'id');

create trigger organization_insert_noted after insert on organization referencing new table as touched for each statement execute function note_changes('Organization', 'id');

create trigger organization_update_noted after update on organization referencing new table as touched for each statement execute function note_changes('Organization', 'id');

create trigger organization_delete_noted after delete on organization referencing old table as touched for each statement execute function note_changes('Organization', 'id');

create trigger project_insert_noted after insert on project referencing new table as touched for each statement execute function note_changes('Project', 'id');

create trigger project_update_noted after update on project referencing new table as touched for each statement execute function note_changes('Project', 'id');

create trigger project_delete_noted after delete on project referencing old table as touched for each statement execute function note_changes('Project', 'id');

create trigger service_account_insert_noted after insert on service_account referencing new table as touched for each statement execute function note_changes('ServiceAccount', 'id');

create trigger service_account_update_noted after update on service_account referencing new table as touched for each statement execute function note_changes('ServiceAccount', 'id');

create trigger service_account_delete_noted after delete on service_account referencing old table as touched for each statement execute function note_changes('ServiceAccount', 'id');

create trigger user_group_insert_noted after insert on user_group referencing new table as touched for each statement execute function note_changes('Group', 'id');

create trigger user_group_update_noted after update on user_group referencing new table as touched for each statement execute function note_changes('Group', 'id');

create trigger user_group_delete_noted after delete on user_group referencing old table as touched for each statement execute function note_changes('Group', 'id');

create trigger group_membership_insert_noted after insert on group_membership referencing new table as touched for each statement execute function note_changes('GroupMembership', 'id');

create trigger group_membership_update_noted after update on group_membership referencing new table as touched for each statement execute function note_changes('GroupMembership', 'id');

create trigger group_membership_delete_noted after delete on group_membership referencing old table as touched for each statement execute function note_changes('GroupMembership', 'id');

create trigger group_nesting_insert_noted after insert on group_nesting referencing new table as touched for each statement execute function note_changes('GroupNesting', 'id');

create trigger group_nesting_update_noted after update on group_nesting referencing new table as touched for each statement execute function note_changes('GroupNesting', 'id');

create trigger group_nesting_delete_noted after delete on group_nesting referencing old table as touched for each statement execute function note_changes('GroupNesting', 'id');

create trigger protected_resource_insert_noted after insert on protected_resource referencing new table as touched for each statement execute function note_changes('ProtectedResource', 'id');

create trigger protected_resource_update_noted after update on protected_resource referencing new table as touched for each statement execute function note_changes('ProtectedResource', 'id');

create trigger protected_resource_delete_noted after delete on protected_resource referencing old table as touched for each statement execute function note_changes('ProtectedResource', 'id');

create trigger role_insert_noted after insert on role referencing new table as touched for each statement execute function note_changes('Role', 'id');

create trigger role_update_noted after update on role referencing new table as touched for each statement execute function note_changes('Role', 'id');

create trigger role_delete_noted after delete on role referencing old table as touched for each statement execute function note_changes('Role', 'id');

create trigger policy_binding_insert_noted after insert on policy_binding referencing new table as touched for each statement execute function note_changes('PolicyBinding', 'id');

create trigger policy_binding_update_noted after update on policy_binding referencing new table as touched for each statement execute function note_changes('PolicyBinding', 'id');

create trigger policy_binding_delete_noted after delete on policy_binding referencing old table as touched for each statement execute function note_changes('PolicyBinding', 'id');

create trigger folder_insert_noted after insert on folder referencing new table as touched for each statement execute function note_changes('Folder', 'id');

create trigger folder_update_noted after update on folder referencing new table as touched for each statement execute function note_changes('Folder', 'id');

create trigger folder_delete_noted after delete on folder referencing old table as touched for each statement execute function note_changes('Folder', 'id');

create trigger project_placement_insert_noted after insert on project_placement referencing new table as touched for each statement execute function note_changes('ProjectPlacement', 'id');

create trigger project_placement_update_noted after update on project_placement referencing new table as touched for each statement execute function note_changes('ProjectPlacement', 'id');

create trigger project_placement_delete_noted after delete on project_placement referencing old table as touched for each statement execute function note_changes('ProjectPlacement', 'id');

create trigger organization_membership_insert_noted after insert on organization_membership referencing new table as touched for each statement execute function note_changes('OrganizationMembership', 'id');

create trigger organization_membership_update_noted after update on organization_membership referencing new table as touched for each statement execute function note_changes('OrganizationMembership', 'id');

create trigger organization_membership_delete_noted after delete on organization_membership referencing old table as touched for each statement execute function note_changes('OrganizationMembership', 'id');

create trigger project_suspension_insert_noted after insert on project_suspension referencing new table as touched for each statement execute function note_changes('ProjectSuspension', 'id');

create trigger project_suspension_update_noted after update on project_suspension referencing new table as touched for each statement execute function note_changes('ProjectSuspension', 'id');

create trigger project_suspension_delete_noted after delete on project_suspension referencing old table as touched for each statement execute function note_changes('ProjectSuspension', 'id');

create trigger service_insert_noted after insert on service referencing new table as touched for each statement execute function note_changes('Service', 'id');

create trigger service_update_noted after update on service referencing new table as touched for each statement execute function note_changes('Service', 'id');

create trigger service_delete_noted after delete on service referencing old table as touched for each statement execute function note_changes('Service', 'id');

create trigger service_configuration_insert_noted after insert on service_configuration referencing new table as touched for each statement execute function note_changes('ServiceConfiguration', 'id');

create trigger service_configuration_update_noted after update on service_configuration referencing new table as touched for each statement execute function note_changes('ServiceConfiguration', 'id');

create trigger service_configuration_delete_noted after delete on service_configuration referencing old table as touched for each statement execute function note_changes('ServiceConfiguration', 'id');

create trigger service_entitlement_insert_noted after insert on service_entitlement referencing new table as touched for each statement execute function note_changes('ServiceEntitlement', 'id');

create trigger service_entitlement_update_noted after update on service_entitlement referencing new table as touched for each statement execute function note_changes('ServiceEntitlement', 'id');

create trigger service_entitlement_delete_noted after delete on service_entitlement referencing old table as touched for each statement execute function note_changes('ServiceEntitlement', 'id');

create trigger service_consumer_insert_noted after insert on service_consumer referencing new table as touched for each statement execute function note_changes('ServiceConsumer', 'id');

create trigger service_consumer_update_noted after update on service_consumer referencing new table as touched for each statement execute function note_changes('ServiceConsumer', 'id');

create trigger service_consumer_delete_noted after delete on service_consumer referencing old table as touched for each statement execute function note_changes('ServiceConsumer', 'id');

create trigger meter_definition_insert_noted after insert on meter_definition referencing new table as touched for each statement execute function note_changes('MeterDefinition', 'id');

create trigger meter_definition_update_noted after update on meter_definition referencing new table as touched for each statement execute function note_changes('MeterDefinition', 'id');

create trigger meter_definition_delete_noted after delete on meter_definition referencing old table as touched for each statement execute function note_changes('MeterDefinition', 'id');

create trigger meter_resource_type_insert_noted after insert on meter_resource_type referencing new table as touched for each statement execute function note_changes('MeterDefinition', 'meter_definition_id');

create trigger meter_resource_type_update_noted after update on meter_resource_type referencing new table as touched for each statement execute function note_changes('MeterDefinition', 'meter_definition_id');

create trigger meter_resource_type_delete_noted after delete on meter_resource_type referencing old table as touched for each statement execute function note_changes('MeterDefinition', 'meter_definition_id');

create trigger monitored_resource_type_insert_noted after insert on monitored_resource_type referencing new table as touched for each statement execute function note_changes('MonitoredResourceType', 'id');

create trigger monitored_resource_type_update_noted after update on monitored_resource_type referencing new table as touched for each statement execute function note_changes('MonitoredResourceType', 'id');

create trigger monitored_resource_type_delete_noted after delete on monitored_resource_type referencing old table as touched for each statement execute function note_changes('MonitoredResourceType', 'id');

create trigger resource_registration_insert_noted after insert on resource_registration referencing new table as touched for each statement execute function note_changes('ResourceRegistration', 'id');

create trigger resource_registration_update_noted after update on resource_registration referencing new table as touched for each statement execute function note_changes('ResourceRegistration', 'id');

create trigger resource_registration_delete_noted after delete on resource_registration referencing old table as touched for each statement execute function note_changes('ResourceRegistration', 'id');

create trigger region_insert_noted after insert on region referencing new table as touched for each statement execute function note_changes('Region', 'id');

create trigger region_update_noted after update on region referencing new table as touched for each statement execute function note_changes('Region', 'id');

create trigger region_delete_noted after delete on region referencing old table as touched for each statement execute function note_changes('Region', 'id');

create trigger region_state_insert_noted after insert on region_state referencing new table as touched for each statement execute function note_changes('RegionState', 'id');

create trigger region_state_update_noted after update on region_state referencing new table as touched for each statement execute function note_changes('RegionState', 'id');

create trigger region_state_delete_noted after delete on region_state referencing old table as touched for each statement execute function note_changes('RegionState', 'id');

create trigger service_runtime_insert_noted after insert on service_runtime referencing new table as touched for each statement execute function note_changes('ServiceRuntime', 'id');

create trigger service_runtime_update_noted after update on service_runtime referencing new table as touched for each statement execute function note_changes('ServiceRuntime', 'id');

create trigger service_runtime_delete_noted after delete on service_runtime referencing old table as touched for each statement execute function note_changes('ServiceRuntime', 'id');

create trigger service_version_insert_noted after insert on service_version referencing new table as touched for each statement execute function note_changes('ServiceVersion', 'id');

create trigger service_version_update_noted after update on service_version referencing new table as touched for each statement execute function note_changes('ServiceVersion', 'id');

create trigger service_version_delete_noted after delete on service_version referencing old table as touched for each statement execute function note_changes('ServiceVersion', 'id');

create trigger service_import_insert_noted after insert on service_import referencing new table as touched for each statement execute function note_changes('ServiceImport', 'id');

create trigger service_import_update_noted after update on service_import referencing new table as touched for each statement execute function note_changes('ServiceImport', 'id');

create trigger service_import_delete_noted after delete on service_import referencing old table as touched for each statement execute function note_changes('ServiceImport', 'id');

create trigger service_use_insert_noted after insert on service_use referencing new table as touched for each statement execute function note_changes('ServiceUse', 'id');

create trigger service_use_update_noted after update on service_use referencing new table as touched for each statement execute function note_changes('ServiceUse', 'id');

create trigger service_use_delete_noted after delete on service_use referencing old table as touched for each statement execute function note_changes('ServiceUse', 'id');

create trigger api_resource_insert_noted after insert on api_resource referencing new table as touched for each statement execute function note_changes('ApiResource', 'id');

create trigger api_resource_update_noted after update on api_resource referencing new table as touched for each statement execute function note_changes('ApiResource', 'id');

create trigger api_resource_delete_noted after delete on api_resource referencing old table as touched for each statement execute function note_changes('ApiResource', 'id');

create trigger provider_insert_noted after insert on provider referencing new table as touched for each statement execute function note_changes('Provider', 'id');

create trigger provider_update_noted after update on provider referencing new table as touched for each statement execute function note_changes('Provider', 'id');

create trigger provider_delete_noted after delete on provider referencing old table as touched for each statement execute function note_changes('Provider', 'id');

create trigger site_insert_noted after insert on site referencing new table as touched for each statement execute function note_changes('Site', 'id');

create trigger site_update_noted after update on site referencing new table as touched for each statement execute function note_changes('Site', 'id');

create trigger site_delete_noted after delete on site referencing old table as touched for each statement execute function note_changes('Site', 'id');

create trigger cluster_insert_noted after insert on cluster referencing new table as touched for each statement execute function note_changes('Cluster', 'id');

create trigger cluster_update_noted after update on cluster referencing new table as touched for each statement execute function note_changes('Cluster', 'id');

create trigger cluster_delete_noted after delete on cluster referencing old table as touched for each statement execute function note_changes('Cluster', 'id');

create trigger rack_insert_noted after insert on rack referencing new table as touched for each statement execute function note_changes('Rack', 'id');

create trigger rack_update_noted after update on rack referencing new table as touched for each statement execute function note_changes('Rack', 'id');

create trigger rack_delete_noted after delete on rack referencing old table as touched for each statement execute function note_changes('Rack', 'id');

create trigger node_insert_noted after insert on node referencing new table as touched for each statement execute function note_changes('Node', 'id');

create trigger node_update_noted after update on node referencing new table as touched for each statement execute function note_changes('Node', 'id');

create trigger node_delete_noted after delete on node referencing old table as touched for each statement execute function note_changes('Node', 'id');

create trigger deployment_insert_noted after insert on deployment referencing new table as touched for each statement execute function note_changes('Deployment', 'id');

create trigger deployment_update_noted after update on deployment referencing new table as touched for each statement execute function note_changes('Deployment', 'id');

create trigger deployment_delete_noted after delete on deployment referencing old table as touched for each statement execute function note_changes('Deployment', 'id');

create trigger network_device_insert_noted after insert on network_device referencing new table as touched for each statement execute function note_changes('NetworkDevice', 'id');

create trigger network_device_update_noted after update on network_device referencing new table as touched for each statement execute function note_changes('NetworkDevice', 'id');

create trigger network_device_delete_noted after delete on network_device referencing old table as touched for each statement execute function note_changes('NetworkDevice', 'id');

create trigger virtual_machine_insert_noted after insert on virtual_machine referencing new table as touched for each statement execute function note_changes('VirtualMachine', 'id');

create trigger virtual_machine_update_noted after update on virtual_machine referencing new table as touched for each statement execute function note_changes('VirtualMachine', 'id');

create trigger virtual_machine_delete_noted after delete on virtual_machine referencing old table as touched for each statement execute function note_changes('VirtualMachine', 'id');

create trigger port_insert_noted after insert on port referencing new table as touched for each statement execute function note_changes('Port', 'id');

create trigger port_update_noted after update on port referencing new table as touched for each statement execute function note_changes('Port', 'id');

create trigger port_delete_noted after delete on port referencing old table as touched for each statement execute function note_changes('Port', 'id');

create trigger pass_through_port_insert_noted after insert on pass_through_port referencing new table as touched for each statement execute function note_changes('PassThroughPort', 'id');

create trigger pass_through_port_update_noted after update on pass_through_port referencing new table as touched for each statement execute function note_changes('PassThroughPort', 'id');

create trigger pass_through_port_delete_noted after delete on pass_through_port referencing old table as touched for each statement execute function note_changes('PassThroughPort', 'id');

create trigger port_mapping_insert_noted after insert on port_mapping referencing new table as touched for each statement execute function note_changes('PortMapping', 'id');

create trigger port_mapping_update_noted after update on port_mapping referencing new table as touched for each statement execute function note_changes('PortMapping', 'id');

create trigger port_mapping_delete_noted after delete on port_mapping referencing old table as touched for each statement execute function note_changes('PortMapping', 'id');

create trigger cable_profile_insert_noted after insert on cable_profile referencing new table as touched for each statement execute function note_changes('CableProfile', 'id');

create trigger cable_profile_update_noted after update on cable_profile referencing new table as touched for each statement execute function note_changes('CableProfile', 'id');

create trigger cable_profile_delete_noted after delete on cable_profile referencing old table as touched for each statement execute function note_changes('CableProfile', 'id');

create trigger cable_insert_noted after insert on cable referencing new table as touched for each statement execute function note_changes('Cable', 'id');

create trigger cable_update_noted after update on cable referencing new table as touched for each statement execute function note_changes('Cable', 'id');

create trigger cable_delete_noted after delete on cable referencing old table as touched for each statement execute function note_changes('Cable', 'id');

create trigger cable_assembly_insert_noted after insert on cable_assembly referencing new table as touched for each statement execute function note_changes('CableAssembly', 'id');

create trigger cable_assembly_update_noted after update on cable_assembly referencing new table as touched for each statement execute function note_changes('CableAssembly', 'id');

create trigger cable_assembly_delete_noted after delete on cable_assembly referencing old table as touched for each statement execute function note_changes('CableAssembly', 'id');

create trigger link_insert_noted after insert on link referencing new table as touched for each statement execute function note_changes('Link', 'id');

create trigger link_update_noted after update on link referencing new table as touched for each statement execute function note_changes('Link', 'id');

create trigger link_delete_noted after delete on link referencing old table as touched for each statement execute function note_changes('Link', 'id');

create trigger circuit_insert_noted after insert on circuit referencing new table as touched for each statement execute function note_changes('Circuit', 'id');

create trigger circuit_update_noted after update on circuit referencing new table as touched for each statement execute function note_changes('Circuit', 'id');

create trigger circuit_delete_noted after delete on circuit referencing old table as touched for each statement execute function note_changes('Circuit', 'id');

create trigger device_slot_insert_noted after insert on device_slot referencing new table as touched for each statement execute function note_changes('DeviceSlot', 'id');

create trigger device_slot_update_noted after update on device_slot referencing new table as touched for each statement execute function note_changes('DeviceSlot', 'id');

create trigger device_slot_delete_noted after delete on device_slot referencing old table as touched for each statement execute function note_changes('DeviceSlot', 'id');
