-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- What columns need, so it comes before the tables.

-- The order of what is numbered: `rack-2` before `rack-10`.
create collation natural_order (provider = icu, locale = 'und-u-kn-true');

-- The instant of the write that the transaction is, the same for all it stores and for what history says of it; set by
-- `beginWriting` (src/catalog/transaction.ts) once no other write can come before it. Without a write, that of the transaction.
create function write_instant() returns timestamptz language sql stable as $$
  select coalesce(nullif(current_setting('catalog.write_instant', true), '')::timestamptz, now())
$$;

-- CreateEnum
CREATE TYPE "equipment_type" AS ENUM ('PatchPanel', 'Cassette', 'PowerDistributionUnit', 'UninterruptiblePowerSupply', 'ConsoleServer', 'Shelf', 'Other');

-- CreateEnum
CREATE TYPE "equipment_depth" AS ENUM ('OneFace', 'BothFaces');

-- CreateEnum
CREATE TYPE "rack_width" AS ENUM ('Full', 'Left', 'Right');

-- CreateEnum
CREATE TYPE "change_type" AS ENUM ('ADDED', 'MODIFIED', 'DELETED');

-- CreateEnum
CREATE TYPE "principal_state" AS ENUM ('Active', 'Inactive');

-- CreateEnum
CREATE TYPE "provider_type" AS ENUM ('Hosting', 'Colocation', 'Transit', 'InternetExchange', 'DarkFiber', 'Cloud');

-- CreateEnum
CREATE TYPE "site_type" AS ENUM ('Datacenter', 'AvailabilityZone', 'Edge', 'Virtual');

-- CreateEnum
CREATE TYPE "cluster_role" AS ENUM ('Compute', 'Management', 'Edge', 'Gateway');

-- CreateEnum
CREATE TYPE "cpu_architecture" AS ENUM ('amd64', 'arm64');

-- CreateEnum
CREATE TYPE "node_role" AS ENUM ('ControlPlane', 'Worker');

-- CreateEnum
CREATE TYPE "rack_face" AS ENUM ('Front', 'Rear');

-- CreateEnum
CREATE TYPE "network_device_role" AS ENUM ('BorderRouter', 'Spine', 'Leaf', 'Firewall');

-- CreateEnum
CREATE TYPE "port_type" AS ENUM ('Power', 'Serial', 'Ethernet', 'Optical', 'PatchPanel');

-- CreateEnum
CREATE TYPE "pass_through_side" AS ENUM ('Front', 'Rear');

-- CreateEnum
CREATE TYPE "cable_side" AS ENUM ('A', 'B');

-- CreateEnum
CREATE TYPE "cable_media" AS ENUM ('Copper', 'FiberSMF', 'FiberMMF', 'Power', 'DAC');

-- CreateEnum
CREATE TYPE "cable_status" AS ENUM ('Connected', 'Planned', 'Decommissioning');

-- CreateEnum
CREATE TYPE "link_type" AS ENUM ('Physical', 'Logical', 'Internet');

-- CreateEnum
CREATE TYPE "circuit_type" AS ENUM ('CrossConnect', 'ProviderCircuit', 'Transit', 'Peering');

-- CreateEnum
CREATE TYPE "meter_aggregation" AS ENUM ('Sum', 'Max', 'Min', 'Count', 'UniqueCount', 'Latest', 'Average');

-- CreateEnum
CREATE TYPE "metric_kind" AS ENUM ('Delta', 'Gauge', 'Cumulative');

-- CreateEnum
CREATE TYPE "unit_conversion" AS ENUM ('Exact', 'Rounded', 'NotConvertible', 'Unreadable');

-- CreateEnum
CREATE TYPE "charge_type" AS ENUM ('Usage', 'OneTime', 'Recurring');

-- CreateEnum
CREATE TYPE "charge_trigger" AS ENUM ('BillingAccountActivation');

-- CreateEnum
CREATE TYPE "charge_interval" AS ENUM ('monthly');

-- CreateEnum
CREATE TYPE "quota_measure" AS ENUM ('Entity', 'Allocation', 'Feature');

-- CreateEnum
CREATE TYPE "region_phase" AS ENUM ('Planned', 'Open', 'Closing', 'Closed');

-- CreateEnum
CREATE TYPE "service_visibility" AS ENUM ('Public', 'Private');

-- CreateEnum
CREATE TYPE "version_stage" AS ENUM ('Alpha', 'Beta', 'Stable');

-- CreateEnum
CREATE TYPE "catalog_phase" AS ENUM ('Draft', 'Published', 'Deprecated', 'Retired');

-- CreateEnum
CREATE TYPE "enablement_mode" AS ENUM ('SelfService', 'GatedByProvider');

-- CreateEnum
CREATE TYPE "quota_gating" AS ENUM ('OrganizationDefault', 'BillingEntitlement');

-- CreateEnum
CREATE TYPE "entitlement_phase" AS ENUM ('PendingApproval', 'Active', 'Rejected');

-- CreateEnum
CREATE TYPE "entitlement_origin" AS ENUM ('Direct', 'Dependency');

-- CreateEnum
CREATE TYPE "approval_decision" AS ENUM ('Approved', 'Denied');

-- CreateEnum
CREATE TYPE "consumer_phase" AS ENUM ('PendingApproval', 'Active', 'Denied');

-- CreateEnum
CREATE TYPE "activation_phase" AS ENUM ('Pending', 'Active', 'Denied', 'Failed', 'Disabled');

-- CreateEnum
CREATE TYPE "launch_stage" AS ENUM ('EarlyAccess', 'Alpha', 'Beta', 'GA');

-- CreateEnum
CREATE TYPE "organization_type" AS ENUM ('Personal', 'Standard');

-- CreateEnum
CREATE TYPE "suspension_reason" AS ENUM ('Fraud', 'Abuse', 'Billing', 'Compliance', 'Administrative');

-- CreateEnum
CREATE TYPE "reinstate_authority" AS ENUM ('Operator', 'Consumer');

-- CreateTable
CREATE TABLE "audit_record" (
    "id" UUID NOT NULL,
    "request_id" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(6) NOT NULL,
    "completed_at" TIMESTAMPTZ(6) NOT NULL,
    "actor" JSONB NOT NULL,
    "actor_id" UUID,
    "actor_name" TEXT NOT NULL,
    "operation" TEXT,
    "field" TEXT,
    "document_hash" TEXT,
    "source" JSONB,
    "trace_id" TEXT,
    "verb" TEXT NOT NULL,
    "is_read" BOOLEAN NOT NULL DEFAULT false,
    "is_along" BOOLEAN NOT NULL DEFAULT false,
    "asked" JSONB,
    "permission" TEXT,
    "resource_kind" TEXT,
    "resource_id" UUID,
    "resource_name" TEXT,
    "generation_before" INTEGER,
    "generation_after" INTEGER,
    "scope_id" UUID,
    "scope_kind" TEXT,
    "scope_name" TEXT,
    "scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "decision" JSONB,
    "error_code" TEXT,
    "reason" TEXT,
    "before" JSONB,
    "after" JSONB,
    "changes" JSONB,
    "position" BIGINT,

    CONSTRAINT "audit_record_pkey" PRIMARY KEY ("id","received_at")
);

-- CreateTable
CREATE TABLE "change" (
    "position" BIGINT NOT NULL,
    "commit" BIGINT NOT NULL,
    "type" "change_type" NOT NULL,
    "kind" TEXT NOT NULL,
    "object_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "other_scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "is_derived" BOOLEAN NOT NULL,
    "is_draft" BOOLEAN NOT NULL,
    "revision" BIGINT NOT NULL,
    "state" JSONB NOT NULL,
    "changed_fields" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "change_pkey" PRIMARY KEY ("position")
);

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
CREATE TABLE "last_touched" (
    "name" TEXT NOT NULL,
    "stamp" BIGSERIAL NOT NULL,

    CONSTRAINT "last_touched_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "former_scope" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "parent_id" UUID,

    CONSTRAINT "former_scope_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "permission" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "relation" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "verb" TEXT NOT NULL,

    CONSTRAINT "permission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_permission" (
    "role_id" UUID NOT NULL,
    "permission_id" UUID NOT NULL,

    CONSTRAINT "role_permission_pkey" PRIMARY KEY ("role_id","permission_id")
);

-- CreateTable
CREATE TABLE "grant_edge" (
    "id" UUID NOT NULL,
    "scope_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,

    CONSTRAINT "grant_edge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grant_assignee" (
    "grant_id" UUID NOT NULL,
    "principal_kind" TEXT NOT NULL,
    "principal_id" UUID NOT NULL,

    CONSTRAINT "grant_assignee_pkey" PRIMARY KEY ("grant_id","principal_kind","principal_id")
);

-- CreateTable
CREATE TABLE "authz_outbox" (
    "seq" BIGSERIAL NOT NULL,
    "order_key" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "tuple" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "applied_at" TIMESTAMPTZ(6),
    "failed_at" TIMESTAMPTZ(6),

    CONSTRAINT "authz_outbox_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "access_version" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "version" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "access_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ended_identity" (
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "ended_identity_pkey" PRIMARY KEY ("issuer","subject")
);

-- CreateTable
CREATE TABLE "binding_target" (
    "policy_binding_id" UUID NOT NULL,
    "scope_id" UUID NOT NULL,

    CONSTRAINT "binding_target_pkey" PRIMARY KEY ("policy_binding_id")
);

-- CreateTable
CREATE TABLE "access_set" (
    "id" UUID NOT NULL,
    "principal_id" UUID NOT NULL,
    "access_version" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "access_set_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access_scope" (
    "set_id" UUID NOT NULL,
    "slot" INTEGER NOT NULL,
    "scope_id" UUID NOT NULL,

    CONSTRAINT "access_scope_pkey" PRIMARY KEY ("set_id","slot","scope_id")
);

-- CreateTable
CREATE TABLE "user_account" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "given_name" TEXT,
    "family_name" TEXT,
    "state" "principal_state" NOT NULL DEFAULT 'Active',

    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_deactivation" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "description" TEXT,
    "deactivated_by" TEXT NOT NULL,

    CONSTRAINT "user_deactivation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_account" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "project_id" UUID NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "state" "principal_state" NOT NULL,

    CONSTRAINT "service_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity_link" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "principal_user_account_id" UUID,
    "principal_service_account_id" UUID,

    CONSTRAINT "identity_link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_group" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,

    CONSTRAINT "user_group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_membership" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,

    CONSTRAINT "group_membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_nesting" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "member_user_group_id" UUID,
    "member_service_account_id" UUID,

    CONSTRAINT "group_nesting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "protected_resource" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_ref_name" TEXT NOT NULL,
    "protected_kind" TEXT NOT NULL,
    "singular" TEXT NOT NULL,
    "plural" TEXT NOT NULL,
    "permissions" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "subresources" JSONB,
    "parent_resources" JSONB,

    CONSTRAINT "protected_resource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "launch_stage" TEXT NOT NULL,
    "included_permissions" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "role_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_inheritance" (
    "heir_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "role_id" UUID NOT NULL,

    CONSTRAINT "role_inheritance_pkey" PRIMARY KEY ("heir_id","position")
);

-- CreateTable
CREATE TABLE "policy_binding" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,
    "resource_selector_resource_ref_api_group" TEXT,
    "resource_selector_resource_ref_kind" TEXT,
    "resource_selector_resource_ref_name" TEXT,
    "resource_selector_resource_ref_uid" TEXT,
    "resource_selector_resource_ref_namespace" TEXT,
    "resource_selector_resource_kind_api_group" TEXT,
    "resource_selector_resource_kind_kind" TEXT,

    CONSTRAINT "policy_binding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_binding_subject" (
    "policy_binding_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "user_account_id" UUID,
    "user_group_id" UUID,
    "service_account_id" UUID,

    CONSTRAINT "policy_binding_subject_pkey" PRIMARY KEY ("policy_binding_id","position")
);

-- CreateTable
CREATE TABLE "region" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "coordinates_latitude" DOUBLE PRECISION,
    "coordinates_longitude" DOUBLE PRECISION,

    CONSTRAINT "region_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "type" "provider_type" NOT NULL,
    "contract_contract_id" TEXT,
    "contract_account_id" TEXT,
    "contract_portal_url" TEXT,
    "contract_notes" TEXT,
    "service_identifiers" JSONB,

    CONSTRAINT "provider_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "site" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "region_id" UUID NOT NULL,
    "type" "site_type" NOT NULL,
    "address" TEXT,
    "provider_id" UUID,

    CONSTRAINT "site_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cluster" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "control_plane_site_id" UUID NOT NULL,
    "role" "cluster_role" NOT NULL,
    "provider" TEXT NOT NULL,
    "endpoint" TEXT,

    CONSTRAINT "cluster_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rack" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    "cage" TEXT,
    "row" TEXT,
    "rack_label" TEXT,
    "height_u" INTEGER NOT NULL,
    "power_feeds" JSONB,

    CONSTRAINT "rack_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    "hardware_cpu_cores" INTEGER NOT NULL,
    "hardware_cpu_architecture" "cpu_architecture" NOT NULL,
    "hardware_memory_bytes" BIGINT NOT NULL,
    "hardware_disks" JSONB,
    "addresses" JSONB,
    "assignment_cluster_id" UUID,
    "assignment_role" "node_role",
    "placement_rack_id" UUID,
    "placement_start_unit" INTEGER,
    "placement_unit_height" INTEGER,
    "placement_face" "rack_face",

    CONSTRAINT "node_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "network_device" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "cluster_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    "role" "network_device_role" NOT NULL,
    "management_address" TEXT,
    "placement_rack_id" UUID,
    "placement_start_unit" INTEGER,
    "placement_unit_height" INTEGER,
    "placement_face" "rack_face",

    CONSTRAINT "network_device_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "equipment" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    "type" "equipment_type" NOT NULL,
    "depth" "equipment_depth" NOT NULL,
    "description" TEXT,
    "placement_rack_id" UUID,
    "placement_start_unit" DOUBLE PRECISION,
    "placement_unit_height" DOUBLE PRECISION,
    "placement_face" "rack_face",
    "placement_width" "rack_width",

    CONSTRAINT "equipment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "virtual_machine" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "other_scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "host_id" UUID NOT NULL,
    "provider_id" UUID,
    "project_id" UUID,
    "allocation_vcpus" INTEGER NOT NULL,
    "allocation_memory_bytes" BIGINT NOT NULL,
    "allocation_disks" JSONB,

    CONSTRAINT "virtual_machine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "port" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "device_node_id" UUID,
    "device_network_device_id" UUID,
    "device_rack_id" UUID,
    "device_equipment_id" UUID,
    "type" "port_type" NOT NULL,
    "port_label" TEXT NOT NULL,
    "speed" TEXT,
    "speed_value" DECIMAL,

    CONSTRAINT "port_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pass_through_port" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "port_id" UUID NOT NULL,
    "side" "pass_through_side" NOT NULL,
    "positions" INTEGER NOT NULL,

    CONSTRAINT "pass_through_port_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "port_mapping" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "front_port_id" UUID NOT NULL,
    "front_position" INTEGER NOT NULL,
    "rear_port_id" UUID NOT NULL,
    "rear_position" INTEGER NOT NULL,

    CONSTRAINT "port_mapping_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cable_profile" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "a_connectors" INTEGER NOT NULL,
    "a_positions" INTEGER NOT NULL,
    "b_connectors" INTEGER NOT NULL,
    "b_positions" INTEGER NOT NULL,
    "wiring" JSONB,

    CONSTRAINT "cable_profile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cable" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "other_scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "media" "cable_media" NOT NULL,
    "profile_id" UUID,
    "status" "cable_status" NOT NULL,
    "length_m" TEXT,
    "length_m_value" DECIMAL,
    "label" TEXT,

    CONSTRAINT "cable_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cable_termination" (
    "cable_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "side" "cable_side" NOT NULL,
    "connector" INTEGER NOT NULL,
    "port_id" UUID NOT NULL,

    CONSTRAINT "cable_termination_pkey" PRIMARY KEY ("cable_id","position")
);

-- CreateTable
CREATE TABLE "link" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "other_scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "type" "link_type" NOT NULL,
    "capacity_mbps" BIGINT,
    "latency_ms" TEXT,
    "latency_ms_value" DECIMAL,

    CONSTRAINT "link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "link_endpoint" (
    "link_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "site_id" UUID,
    "cluster_id" UUID,
    "network_device_id" UUID,

    CONSTRAINT "link_endpoint_pkey" PRIMARY KEY ("link_id","position")
);

-- CreateTable
CREATE TABLE "link_cable" (
    "link_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "cable_id" UUID NOT NULL,

    CONSTRAINT "link_cable_pkey" PRIMARY KEY ("link_id","position")
);

-- CreateTable
CREATE TABLE "circuit" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "other_scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "provider_id" UUID NOT NULL,
    "type" "circuit_type" NOT NULL,
    "circuit_id" TEXT,
    "bandwidth_mbps" BIGINT,
    "a_end_site_id" UUID,
    "a_end_port_id" UUID,
    "z_end_site_id" UUID,
    "z_end_port_id" UUID,
    "service_ref_api_group" TEXT,
    "service_ref_kind" TEXT,
    "service_ref_name" TEXT,
    "service_ref_namespace" TEXT,

    CONSTRAINT "circuit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_slot" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "chassis_node_id" UUID,
    "chassis_network_device_id" UUID,
    "chassis_equipment_id" UUID,
    "slot" TEXT NOT NULL,
    "occupant_node_id" UUID,
    "occupant_network_device_id" UUID,
    "occupant_equipment_id" UUID,

    CONSTRAINT "device_slot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "setting" (
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "meter_definition" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "api_group" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "meter_name" TEXT NOT NULL,
    "phase" "catalog_phase" NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "service_id" UUID NOT NULL,
    "aggregation" "meter_aggregation" NOT NULL,
    "unit" TEXT NOT NULL,
    "dimensions" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "consumed_unit" TEXT NOT NULL,
    "pricing_unit" TEXT NOT NULL,
    "monitored_resource_types" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "in_force" BOOLEAN NOT NULL DEFAULT false,
    "is_billable" BOOLEAN NOT NULL DEFAULT true,
    "metric_kind" "metric_kind",
    "pricing_factor" TEXT,
    "conversion" "unit_conversion",
    "revision_number" INTEGER,
    "replaced_by" TEXT,
    "configuration_id" UUID,
    "published_at" TIMESTAMPTZ(6),
    "deprecated_at" TIMESTAMPTZ(6),
    "retired_at" TIMESTAMPTZ(6),

    CONSTRAINT "meter_definition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "meter_resource_type" (
    "meter_definition_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "monitored_resource_type_id" UUID NOT NULL,

    CONSTRAINT "meter_resource_type_pkey" PRIMARY KEY ("meter_definition_id","position")
);

-- CreateTable
CREATE TABLE "monitored_resource_type" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "api_group" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "resource_type_name" TEXT NOT NULL,
    "phase" "catalog_phase" NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "service_id" UUID NOT NULL,
    "gvk_group" TEXT NOT NULL,
    "gvk_kind" TEXT NOT NULL,
    "declared_labels" JSONB,
    "in_force" BOOLEAN NOT NULL DEFAULT false,
    "revision_number" INTEGER,
    "replaced_by" TEXT,
    "configuration_id" UUID,
    "published_at" TIMESTAMPTZ(6),
    "deprecated_at" TIMESTAMPTZ(6),
    "retired_at" TIMESTAMPTZ(6),

    CONSTRAINT "monitored_resource_type_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_pricing" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "charge_type" "charge_type" NOT NULL,
    "display_name" TEXT,
    "currency" TEXT NOT NULL,
    "metric" TEXT,
    "pricing_unit" TEXT,
    "rates" JSONB,
    "amount" TEXT,
    "trigger" "charge_trigger",
    "interval" "charge_interval",
    "pricing_factor" TEXT,
    "conversion" "unit_conversion",
    "phase" "catalog_phase",
    "stated_as" TEXT,
    "configuration_id" UUID,

    CONSTRAINT "service_pricing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource_registration" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "consumer_type_api_group" TEXT NOT NULL,
    "consumer_type_kind" TEXT NOT NULL,
    "type" "quota_measure" NOT NULL,
    "resource_type" TEXT NOT NULL,
    "description" TEXT,
    "base_unit" TEXT NOT NULL,
    "display_unit" TEXT NOT NULL,
    "unit_conversion_factor" BIGINT NOT NULL,
    "claiming_resources" JSONB NOT NULL,
    "phase" "catalog_phase",
    "stated_as" TEXT,
    "configuration_id" UUID,

    CONSTRAINT "resource_registration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "claim_creation_policy" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "trigger_resource_api_version" TEXT NOT NULL,
    "trigger_resource_kind" TEXT NOT NULL,
    "trigger_constraints" JSONB,
    "target_resource_claim_template" JSONB NOT NULL,
    "disabled" BOOLEAN,
    "phase" "catalog_phase",
    "stated_as" TEXT,
    "configuration_id" UUID,

    CONSTRAINT "claim_creation_policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource_grant" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "project_id" UUID NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "consumer_ref_api_group" TEXT NOT NULL,
    "consumer_ref_kind" TEXT NOT NULL,
    "consumer_ref_name" TEXT NOT NULL,
    "allowances" JSONB NOT NULL,
    "phase" "catalog_phase",
    "stated_as" TEXT,
    "configuration_id" UUID,

    CONSTRAINT "resource_grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "region_state" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "region_id" UUID NOT NULL,
    "state" "region_phase" NOT NULL,

    CONSTRAINT "region_state_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_runtime" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "core" BOOLEAN NOT NULL,
    "visibility" "service_visibility" NOT NULL,
    "leading_service_id" UUID,
    "global_domain" TEXT NOT NULL,
    "labelled_domains" JSONB,
    "primary_region_id" UUID NOT NULL,
    "sync_exclusions" JSONB,
    "automatic_version_switch" BOOLEAN NOT NULL,
    "max_skew_days" INTEGER,
    "registry_generation" INTEGER,

    CONSTRAINT "service_runtime_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_version" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "version" TEXT NOT NULL,
    "phase" "catalog_phase" NOT NULL,
    "deprecate_time" TIMESTAMPTZ(6),
    "sunset_time" TIMESTAMPTZ(6),
    "stage" "version_stage",
    "release_order" BIGINT,

    CONSTRAINT "service_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_import" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_version_id" UUID NOT NULL,
    "target_service_id" UUID NOT NULL,
    "target_version_id" UUID NOT NULL,
    "reason" TEXT,

    CONSTRAINT "service_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_use" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "target_service_id" UUID NOT NULL,
    "min_version_id" UUID,

    CONSTRAINT "service_use_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_resource" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "singular_name" TEXT NOT NULL,
    "plural_name" TEXT NOT NULL,
    "per_version" JSONB,
    "contexts" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "fqn" TEXT,

    CONSTRAINT "api_resource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_resource_version" (
    "api_resource_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "service_version_id" UUID NOT NULL,

    CONSTRAINT "api_resource_version_pkey" PRIMARY KEY ("api_resource_id","position")
);

-- CreateTable
CREATE TABLE "deployment" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "region_id" UUID NOT NULL,
    "public_domain" TEXT NOT NULL,
    "private_domain" TEXT,
    "local_network_id" TEXT,
    "labelled_domains" JSONB,
    "location_continent" TEXT NOT NULL,
    "location_country" TEXT NOT NULL,
    "location_agglomeration" TEXT NOT NULL,
    "location_city" TEXT NOT NULL,
    "location_cloud" TEXT NOT NULL,
    "disabled" BOOLEAN NOT NULL,
    "current_version_id" UUID NOT NULL,
    "db_data_version" TEXT,
    "db_location_tag" TEXT,
    "automatic_version_switch" BOOLEAN,
    "registry_generation" INTEGER,
    "available_upgrade" JSONB,
    "upgrade" JSONB,
    "data_tasks" JSONB,

    CONSTRAINT "deployment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deployment_runs_on" (
    "deployment_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "site_id" UUID,
    "cluster_id" UUID,
    "node_id" UUID,

    CONSTRAINT "deployment_runs_on_pkey" PRIMARY KEY ("deployment_id","position")
);

-- CreateTable
CREATE TABLE "scope" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "parent_id" UUID,
    "is_public" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "scope_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "scope_closure" (
    "ancestor_id" UUID NOT NULL,
    "descendant_id" UUID NOT NULL,
    "depth" INTEGER NOT NULL,

    CONSTRAINT "scope_closure_pkey" PRIMARY KEY ("descendant_id","ancestor_id")
);

-- CreateTable
CREATE TABLE "published_meter" (
    "meter_name" TEXT NOT NULL,
    "meter_id" UUID NOT NULL,
    "aggregation" "meter_aggregation" NOT NULL,
    "metric_kind" "metric_kind",
    "unit" TEXT NOT NULL,
    "consumed_unit" TEXT NOT NULL,
    "pricing_unit" TEXT NOT NULL,
    "dimensions" TEXT[],
    "is_billable" BOOLEAN NOT NULL,
    "published_at" TIMESTAMPTZ(6),
    "configuration_id" UUID,

    CONSTRAINT "published_meter_pkey" PRIMARY KEY ("meter_name")
);

-- CreateIndex
CREATE INDEX "published_meter_configuration_idx" ON "published_meter"("configuration_id");

-- CreateTable
CREATE TABLE "published_resource_type" (
    "resource_type_name" TEXT NOT NULL,
    "resource_type_id" UUID NOT NULL,
    "gvk_group" TEXT NOT NULL,
    "gvk_kind" TEXT NOT NULL,
    "labels" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ(6),

    CONSTRAINT "published_resource_type_pkey" PRIMARY KEY ("resource_type_name")
);

-- CreateTable
CREATE TABLE "service" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_name" TEXT NOT NULL,
    "phase" "catalog_phase" NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "owner_producer_project_id" UUID NOT NULL,
    "enablement_policy_mode" "enablement_mode",
    "published_at" TIMESTAMPTZ(6),
    "deprecated_at" TIMESTAMPTZ(6),
    "retired_at" TIMESTAMPTZ(6),
    "active_configuration_id" UUID,

    CONSTRAINT "service_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_dependency" (
    "dependent_service_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "service_id" UUID NOT NULL,

    CONSTRAINT "service_dependency_pkey" PRIMARY KEY ("dependent_service_id","position")
);

-- CreateTable
CREATE TABLE "service_configuration" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "phase" "catalog_phase" NOT NULL,
    "version" TEXT,
    "monitored_resource_types" JSONB,
    "metrics" JSONB,
    "meters" JSONB,
    "billing_consumer_destinations" JSONB,
    "billing_quota_gating" "quota_gating",
    "quota_limits" JSONB,
    "quota_metric_rules" JSONB,
    "charges" JSONB,
    "locations_supported_classes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "user_interface_consumer" JSONB,
    "user_interface_provider" JSONB,
    "provisioning_resources" JSONB,
    "default_offer_id" UUID,
    "revision_number" INTEGER,
    "activated_at" TIMESTAMPTZ(6),
    "published_at" TIMESTAMPTZ(6),
    "deprecated_at" TIMESTAMPTZ(6),
    "retired_at" TIMESTAMPTZ(6),

    CONSTRAINT "service_configuration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_entitlement" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "project_id" UUID NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "request_message" TEXT,
    "status_phase" "entitlement_phase",
    "origin" "entitlement_origin" NOT NULL DEFAULT 'Direct',
    "dependency_of_id" UUID,
    "activation_request_id" UUID,
    "entitled_at" TIMESTAMPTZ(6),
    "conditions" JSONB,

    CONSTRAINT "service_entitlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_consumer" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "project_id" UUID NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "consumer_project_id" UUID NOT NULL,
    "approval_decision" "approval_decision",
    "approval_message" TEXT,
    "suspended" BOOLEAN NOT NULL,
    "status_phase" "consumer_phase",
    "entitled_at" TIMESTAMPTZ(6),
    "request_message" TEXT,
    "consumer_project_name" TEXT,
    "consumer_project_display_name" TEXT,
    "consumer_organization_name" TEXT,
    "consumer_organization_display_name" TEXT,
    "conditions" JSONB,

    CONSTRAINT "service_consumer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_activation_request" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "project_id" UUID NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "consumer_project_id" UUID NOT NULL,
    "request_message" TEXT,
    "status_phase" "activation_phase",
    "requested_by" TEXT,

    CONSTRAINT "service_activation_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_availability" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "location_ref_name" TEXT NOT NULL,
    "location_ref_namespace" TEXT,

    CONSTRAINT "service_availability_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_listing" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "tagline" TEXT,
    "launch_stage" "launch_stage" NOT NULL,
    "categories" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "icon_url" TEXT,
    "icon_alt" TEXT,
    "documentation_url" TEXT,
    "documentation_source_ref" TEXT,
    "links" JSONB,

    CONSTRAINT "service_listing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consumer_portal_plugin" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "assets" JSONB NOT NULL,
    "suspend" BOOLEAN,
    "visibility" JSONB,
    "phase" "catalog_phase",
    "stated_as" TEXT,
    "configuration_id" UUID,

    CONSTRAINT "consumer_portal_plugin_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_portal_plugin" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "assets" JSONB NOT NULL,
    "suspend" BOOLEAN,
    "phase" "catalog_phase",
    "stated_as" TEXT,
    "configuration_id" UUID,

    CONSTRAINT "provider_portal_plugin_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organization" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "type" "organization_type",
    "contact_info_email" TEXT,
    "contact_info_name" TEXT,
    "contact_info_business_name" TEXT,
    "contact_info_address_country" TEXT,
    "contact_info_address_line1" TEXT,
    "contact_info_address_line2" TEXT,
    "contact_info_address_city" TEXT,
    "contact_info_address_region" TEXT,
    "contact_info_address_postal_code" TEXT,

    CONSTRAINT "organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "folder" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "parent_id" UUID,
    "display_name" TEXT NOT NULL,

    CONSTRAINT "folder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_placement" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "folder_id" UUID NOT NULL,

    CONSTRAINT "project_placement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organization_membership" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "organization_membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organization_membership_role" (
    "organization_membership_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "role_id" UUID NOT NULL,

    CONSTRAINT "organization_membership_role_pkey" PRIMARY KEY ("organization_membership_id","position")
);

-- CreateTable
CREATE TABLE "project_suspension" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "reason" "suspension_reason" NOT NULL,
    "reinstate_authority" "reinstate_authority" NOT NULL,
    "requested_by" TEXT,
    "description" TEXT,

    CONSTRAINT "project_suspension_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "field_owner" (
    "object_id" UUID NOT NULL,
    "manager" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "paths" TEXT[],

    CONSTRAINT "field_owner_pkey" PRIMARY KEY ("object_id","manager")
);

-- CreateTable
CREATE TABLE "client_request" (
    "principal" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "outcome" JSONB NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "client_request_pkey" PRIMARY KEY ("principal","request_id")
);

-- CreateTable
CREATE TABLE "held_name" (
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "free_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "held_name_pkey" PRIMARY KEY ("kind","path","value")
);

-- CreateIndex
CREATE INDEX "audit_record_time_idx" ON "audit_record"("received_at", "id");

-- CreateIndex
CREATE INDEX "audit_record_resource_idx" ON "audit_record"("resource_id", "received_at");

-- CreateIndex
CREATE INDEX "audit_record_name_idx" ON "audit_record"("resource_kind", "resource_name", "received_at");

-- CreateIndex
CREATE INDEX "audit_record_actor_idx" ON "audit_record"("actor_id", "received_at");

-- CreateIndex
CREATE INDEX "audit_record_actor_name_idx" ON "audit_record"("actor_name", "received_at");

-- CreateIndex
CREATE INDEX "audit_record_request_idx" ON "audit_record"("request_id", "received_at");

-- CreateIndex
CREATE INDEX "audit_record_scopes_idx" ON "audit_record" USING GIN ("scope_ids");

-- CreateIndex
CREATE INDEX "change_object_idx" ON "change"("object_id", "position");

-- CreateIndex
CREATE INDEX "change_state_idx" ON "change"("kind", "name", "object_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "change_set_last_position_key" ON "change_set"("last_position");

-- CreateIndex
CREATE INDEX "change_set_at_idx" ON "change_set"("at");

-- CreateIndex
CREATE UNIQUE INDEX "permission_name_key" ON "permission"("name");

-- CreateIndex
CREATE UNIQUE INDEX "permission_relation_key" ON "permission"("relation");

-- CreateIndex
CREATE UNIQUE INDEX "grant_edge_scope_role_key" ON "grant_edge"("scope_id", "role_id");

-- CreateIndex
CREATE INDEX "grant_assignee_principal_idx" ON "grant_assignee"("principal_id");

-- CreateIndex
CREATE INDEX "authz_outbox_order_idx" ON "authz_outbox"("order_key", "seq");

-- CreateIndex
CREATE INDEX "ended_identity_age_idx" ON "ended_identity"("ended_at");

-- CreateIndex
CREATE INDEX "binding_target_scope_idx" ON "binding_target"("scope_id");

-- CreateIndex
CREATE UNIQUE INDEX "access_set_principal_key" ON "access_set"("principal_id", "access_version");

-- CreateIndex
CREATE INDEX "access_scope_scope_idx" ON "access_scope"("scope_id");

-- CreateIndex
CREATE INDEX "user_account_scope_idx" ON "user_account"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "user_account_order_idx" ON "user_account"("name", "id");

-- CreateIndex
CREATE INDEX "user_account_labels_idx" ON "user_account" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "user_account_name_key" ON "user_account"("name");

-- CreateIndex
CREATE INDEX "user_deactivation_scope_idx" ON "user_deactivation"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "user_deactivation_order_idx" ON "user_deactivation"("name", "id");

-- CreateIndex
CREATE INDEX "user_deactivation_labels_idx" ON "user_deactivation" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "user_deactivation_user_id_idx" ON "user_deactivation"("user_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "user_deactivation_name_key" ON "user_deactivation"("name");

-- CreateIndex
CREATE INDEX "service_account_scope_idx" ON "service_account"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_account_order_idx" ON "service_account"("name", "id");

-- CreateIndex
CREATE INDEX "service_account_labels_idx" ON "service_account" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "service_account_name_key" ON "service_account"("project_id", "name");

-- CreateIndex
CREATE INDEX "identity_link_scope_idx" ON "identity_link"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "identity_link_order_idx" ON "identity_link"("name", "id");

-- CreateIndex
CREATE INDEX "identity_link_labels_idx" ON "identity_link" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "identity_link_name_key" ON "identity_link"("name");

-- CreateIndex
CREATE INDEX "user_group_scope_idx" ON "user_group"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "user_group_order_idx" ON "user_group"("name", "id");

-- CreateIndex
CREATE INDEX "user_group_labels_idx" ON "user_group" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "user_group_name_key" ON "user_group"("namespace", "name");

-- CreateIndex
CREATE INDEX "group_membership_scope_idx" ON "group_membership"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "group_membership_order_idx" ON "group_membership"("name", "id");

-- CreateIndex
CREATE INDEX "group_membership_labels_idx" ON "group_membership" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "group_membership_user_id_idx" ON "group_membership"("user_id", "name", "id");

-- CreateIndex
CREATE INDEX "group_membership_group_id_idx" ON "group_membership"("group_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "group_membership_name_key" ON "group_membership"("namespace", "name");

-- CreateIndex
CREATE INDEX "group_nesting_scope_idx" ON "group_nesting"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "group_nesting_order_idx" ON "group_nesting"("name", "id");

-- CreateIndex
CREATE INDEX "group_nesting_labels_idx" ON "group_nesting" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "group_nesting_group_id_idx" ON "group_nesting"("group_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "group_nesting_name_key" ON "group_nesting"("namespace", "name");

-- CreateIndex
CREATE INDEX "protected_resource_scope_idx" ON "protected_resource"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "protected_resource_order_idx" ON "protected_resource"("name", "id");

-- CreateIndex
CREATE INDEX "protected_resource_labels_idx" ON "protected_resource" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "protected_resource_name_key" ON "protected_resource"("name");

-- CreateIndex
CREATE INDEX "role_scope_idx" ON "role"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "role_order_idx" ON "role"("name", "id");

-- CreateIndex
CREATE INDEX "role_labels_idx" ON "role" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "role_name_key" ON "role"("namespace", "name");

-- CreateIndex
CREATE INDEX "role_inheritance_role_id_idx" ON "role_inheritance"("role_id", "heir_id");

-- CreateIndex
CREATE INDEX "policy_binding_scope_idx" ON "policy_binding"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "policy_binding_order_idx" ON "policy_binding"("name", "id");

-- CreateIndex
CREATE INDEX "policy_binding_labels_idx" ON "policy_binding" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "policy_binding_role_id_idx" ON "policy_binding"("role_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "policy_binding_name_key" ON "policy_binding"("namespace", "name");

-- CreateIndex
CREATE INDEX "region_scope_idx" ON "region"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "region_order_idx" ON "region"("name", "id");

-- CreateIndex
CREATE INDEX "region_labels_idx" ON "region" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "region_name_key" ON "region"("name");

-- CreateIndex
CREATE INDEX "provider_scope_idx" ON "provider"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "provider_order_idx" ON "provider"("name", "id");

-- CreateIndex
CREATE INDEX "provider_labels_idx" ON "provider" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "provider_name_key" ON "provider"("name");

-- CreateIndex
CREATE INDEX "site_scope_idx" ON "site"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "site_order_idx" ON "site"("name", "id");

-- CreateIndex
CREATE INDEX "site_labels_idx" ON "site" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "site_region_id_idx" ON "site"("region_id", "name", "id");

-- CreateIndex
CREATE INDEX "site_provider_id_idx" ON "site"("provider_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "site_name_key" ON "site"("name");

-- CreateIndex
CREATE INDEX "cluster_scope_idx" ON "cluster"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "cluster_order_idx" ON "cluster"("name", "id");

-- CreateIndex
CREATE INDEX "cluster_labels_idx" ON "cluster" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "cluster_control_plane_site_id_idx" ON "cluster"("control_plane_site_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "cluster_name_key" ON "cluster"("name");

-- CreateIndex
CREATE INDEX "rack_scope_idx" ON "rack"("scope_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "rack_order_idx" ON "rack"("name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "rack_labels_idx" ON "rack" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "rack_site_id_idx" ON "rack"("site_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE UNIQUE INDEX "rack_name_key" ON "rack"("name");

-- CreateIndex
CREATE INDEX "node_scope_idx" ON "node"("scope_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "node_order_idx" ON "node"("name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "node_labels_idx" ON "node" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "node_site_id_idx" ON "node"("site_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "node_assignment_cluster_id_idx" ON "node"("assignment_cluster_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "node_placement_rack_id_idx" ON "node"("placement_rack_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE UNIQUE INDEX "node_name_key" ON "node"("name");

-- CreateIndex
CREATE INDEX "network_device_scope_idx" ON "network_device"("scope_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "network_device_order_idx" ON "network_device"("name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "network_device_labels_idx" ON "network_device" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "network_device_cluster_id_idx" ON "network_device"("cluster_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "network_device_site_id_idx" ON "network_device"("site_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "network_device_placement_rack_id_idx" ON "network_device"("placement_rack_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE UNIQUE INDEX "network_device_name_key" ON "network_device"("name");

-- CreateIndex
CREATE INDEX "virtual_machine_scope_idx" ON "virtual_machine"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "virtual_machine_order_idx" ON "virtual_machine"("name", "id");

-- CreateIndex
CREATE INDEX "virtual_machine_labels_idx" ON "virtual_machine" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "virtual_machine_other_scopes_idx" ON "virtual_machine" USING GIN ("other_scope_ids");

-- CreateIndex
CREATE INDEX "virtual_machine_host_id_idx" ON "virtual_machine"("host_id", "name", "id");

-- CreateIndex
CREATE INDEX "virtual_machine_provider_id_idx" ON "virtual_machine"("provider_id", "name", "id");

-- CreateIndex
CREATE INDEX "virtual_machine_project_id_idx" ON "virtual_machine"("project_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "virtual_machine_name_key" ON "virtual_machine"("name");

-- CreateIndex
CREATE INDEX "port_scope_idx" ON "port"("scope_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "port_order_idx" ON "port"("name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "port_labels_idx" ON "port" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "port_name_key" ON "port"("name");

-- CreateIndex
CREATE INDEX "pass_through_port_scope_idx" ON "pass_through_port"("scope_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "pass_through_port_order_idx" ON "pass_through_port"("name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "pass_through_port_labels_idx" ON "pass_through_port" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "pass_through_port_port_id_idx" ON "pass_through_port"("port_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE UNIQUE INDEX "pass_through_port_name_key" ON "pass_through_port"("name");

-- CreateIndex
CREATE INDEX "port_mapping_scope_idx" ON "port_mapping"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "port_mapping_order_idx" ON "port_mapping"("name", "id");

-- CreateIndex
CREATE INDEX "port_mapping_labels_idx" ON "port_mapping" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "port_mapping_front_port_id_idx" ON "port_mapping"("front_port_id", "name", "id");

-- CreateIndex
CREATE INDEX "port_mapping_rear_port_id_idx" ON "port_mapping"("rear_port_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "port_mapping_name_key" ON "port_mapping"("name");

-- CreateIndex
CREATE INDEX "cable_profile_scope_idx" ON "cable_profile"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "cable_profile_order_idx" ON "cable_profile"("name", "id");

-- CreateIndex
CREATE INDEX "cable_profile_labels_idx" ON "cable_profile" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "cable_profile_name_key" ON "cable_profile"("name");

-- CreateIndex
CREATE INDEX "cable_scope_idx" ON "cable"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "cable_order_idx" ON "cable"("name", "id");

-- CreateIndex
CREATE INDEX "cable_labels_idx" ON "cable" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "cable_other_scopes_idx" ON "cable" USING GIN ("other_scope_ids");

-- CreateIndex
CREATE INDEX cable_profile_id_idx ON cable (profile_id, name, id) WHERE profile_id IS NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "cable_name_key" ON "cable"("name");

-- CreateIndex
CREATE INDEX "cable_termination_port_id_idx" ON "cable_termination"("port_id", "cable_id");

-- CreateIndex
CREATE INDEX "link_scope_idx" ON "link"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "link_order_idx" ON "link"("name", "id");

-- CreateIndex
CREATE INDEX "link_labels_idx" ON "link" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "link_other_scopes_idx" ON "link" USING GIN ("other_scope_ids");

-- CreateIndex
CREATE UNIQUE INDEX "link_name_key" ON "link"("name");

-- CreateIndex
CREATE INDEX "link_cable_cable_id_idx" ON "link_cable"("cable_id", "link_id");

-- CreateIndex
CREATE INDEX "circuit_scope_idx" ON "circuit"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "circuit_order_idx" ON "circuit"("name", "id");

-- CreateIndex
CREATE INDEX "circuit_labels_idx" ON "circuit" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "circuit_other_scopes_idx" ON "circuit" USING GIN ("other_scope_ids");

-- CreateIndex
CREATE INDEX "circuit_provider_id_idx" ON "circuit"("provider_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "circuit_name_key" ON "circuit"("name");

-- CreateIndex
CREATE INDEX "device_slot_scope_idx" ON "device_slot"("scope_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "device_slot_order_idx" ON "device_slot"("name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "device_slot_labels_idx" ON "device_slot" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "device_slot_name_key" ON "device_slot"("name");

-- CreateIndex
CREATE INDEX "meter_definition_scope_idx" ON "meter_definition"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "meter_definition_order_idx" ON "meter_definition"("name", "id");

-- CreateIndex
CREATE INDEX "meter_definition_labels_idx" ON "meter_definition" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "meter_definition_service_id_idx" ON "meter_definition"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "meter_definition_configuration_id_idx" ON "meter_definition"("configuration_id", "name", "id");

-- CreateIndex
CREATE INDEX "meter_resource_type_monitored_resource_type_id_idx" ON "meter_resource_type"("monitored_resource_type_id", "meter_definition_id");

-- CreateIndex
CREATE INDEX "monitored_resource_type_scope_idx" ON "monitored_resource_type"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "monitored_resource_type_order_idx" ON "monitored_resource_type"("name", "id");

-- CreateIndex
CREATE INDEX "monitored_resource_type_labels_idx" ON "monitored_resource_type" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "monitored_resource_type_service_id_idx" ON "monitored_resource_type"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "monitored_resource_type_configuration_id_idx" ON "monitored_resource_type"("configuration_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_pricing_scope_idx" ON "service_pricing"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_pricing_order_idx" ON "service_pricing"("name", "id");

-- CreateIndex
CREATE INDEX "service_pricing_labels_idx" ON "service_pricing" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_pricing_service_id_idx" ON "service_pricing"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_pricing_configuration_id_idx" ON "service_pricing"("configuration_id", "name", "id");

-- CreateIndex
CREATE INDEX "resource_registration_scope_idx" ON "resource_registration"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "resource_registration_order_idx" ON "resource_registration"("name", "id");

-- CreateIndex
CREATE INDEX "resource_registration_labels_idx" ON "resource_registration" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "resource_registration_configuration_id_idx" ON "resource_registration"("configuration_id", "name", "id");

-- CreateIndex
CREATE INDEX "claim_creation_policy_scope_idx" ON "claim_creation_policy"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "claim_creation_policy_order_idx" ON "claim_creation_policy"("name", "id");

-- CreateIndex
CREATE INDEX "claim_creation_policy_labels_idx" ON "claim_creation_policy" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "claim_creation_policy_configuration_id_idx" ON "claim_creation_policy"("configuration_id", "name", "id");

-- CreateIndex
CREATE INDEX "resource_grant_scope_idx" ON "resource_grant"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "resource_grant_order_idx" ON "resource_grant"("name", "id");

-- CreateIndex
CREATE INDEX "resource_grant_labels_idx" ON "resource_grant" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "resource_grant_configuration_id_idx" ON "resource_grant"("configuration_id", "name", "id");

-- CreateIndex
CREATE INDEX "region_state_scope_idx" ON "region_state"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "region_state_order_idx" ON "region_state"("name", "id");

-- CreateIndex
CREATE INDEX "region_state_labels_idx" ON "region_state" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "region_state_region_id_idx" ON "region_state"("region_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "region_state_name_key" ON "region_state"("name");

-- CreateIndex
CREATE INDEX "service_runtime_scope_idx" ON "service_runtime"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_runtime_order_idx" ON "service_runtime"("name", "id");

-- CreateIndex
CREATE INDEX "service_runtime_labels_idx" ON "service_runtime" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_runtime_service_id_idx" ON "service_runtime"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_runtime_leading_service_id_idx" ON "service_runtime"("leading_service_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_runtime_primary_region_id_idx" ON "service_runtime"("primary_region_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_runtime_name_key" ON "service_runtime"("name");

-- CreateIndex
CREATE INDEX "service_version_scope_idx" ON "service_version"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_version_order_idx" ON "service_version"("name", "id");

-- CreateIndex
CREATE INDEX "service_version_labels_idx" ON "service_version" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_version_service_id_idx" ON "service_version"("service_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_version_name_key" ON "service_version"("name");

-- CreateIndex
CREATE INDEX "service_import_scope_idx" ON "service_import"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_import_order_idx" ON "service_import"("name", "id");

-- CreateIndex
CREATE INDEX "service_import_labels_idx" ON "service_import" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_import_service_version_id_idx" ON "service_import"("service_version_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_import_target_service_id_idx" ON "service_import"("target_service_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_import_target_version_id_idx" ON "service_import"("target_version_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_import_name_key" ON "service_import"("name");

-- CreateIndex
CREATE INDEX "service_use_scope_idx" ON "service_use"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_use_order_idx" ON "service_use"("name", "id");

-- CreateIndex
CREATE INDEX "service_use_labels_idx" ON "service_use" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_use_service_id_idx" ON "service_use"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_use_target_service_id_idx" ON "service_use"("target_service_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_use_min_version_id_idx" ON "service_use"("min_version_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_use_name_key" ON "service_use"("name");

-- CreateIndex
CREATE UNIQUE INDEX "api_resource_fqn_key" ON "api_resource"("fqn");

-- CreateIndex
CREATE INDEX "api_resource_scope_idx" ON "api_resource"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "api_resource_order_idx" ON "api_resource"("name", "id");

-- CreateIndex
CREATE INDEX "api_resource_labels_idx" ON "api_resource" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "api_resource_service_id_idx" ON "api_resource"("service_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "api_resource_name_key" ON "api_resource"("name");

-- CreateIndex
CREATE INDEX "api_resource_version_service_version_id_idx" ON "api_resource_version"("service_version_id", "api_resource_id");

-- CreateIndex
CREATE INDEX "deployment_scope_idx" ON "deployment"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "deployment_order_idx" ON "deployment"("name", "id");

-- CreateIndex
CREATE INDEX "deployment_labels_idx" ON "deployment" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "deployment_service_id_idx" ON "deployment"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "deployment_region_id_idx" ON "deployment"("region_id", "name", "id");

-- CreateIndex
CREATE INDEX "deployment_current_version_id_idx" ON "deployment"("current_version_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "deployment_name_key" ON "deployment"("name");

-- CreateIndex
CREATE INDEX "scope_parent_idx" ON "scope"("parent_id");

-- CreateIndex
CREATE INDEX "scope_closure_ancestor_idx" ON "scope_closure"("ancestor_id", "descendant_id");

-- CreateIndex
CREATE UNIQUE INDEX "service_service_name_key" ON "service"("service_name");

-- CreateIndex
CREATE INDEX "service_scope_idx" ON "service"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_order_idx" ON "service"("name", "id");

-- CreateIndex
CREATE INDEX "service_labels_idx" ON "service" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_owner_producer_project_id_idx" ON "service"("owner_producer_project_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_active_configuration_id_idx" ON "service"("active_configuration_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_name_key" ON "service"("name");

-- CreateIndex
CREATE INDEX "service_dependency_service_id_idx" ON "service_dependency"("service_id", "dependent_service_id");

-- CreateIndex
CREATE INDEX "service_configuration_scope_idx" ON "service_configuration"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_configuration_order_idx" ON "service_configuration"("name", "id");

-- CreateIndex
CREATE INDEX "service_configuration_labels_idx" ON "service_configuration" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_configuration_service_id_idx" ON "service_configuration"("service_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_configuration_name_key" ON "service_configuration"("name");

-- CreateIndex
CREATE INDEX "service_entitlement_scope_idx" ON "service_entitlement"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_entitlement_order_idx" ON "service_entitlement"("name", "id");

-- CreateIndex
CREATE INDEX "service_entitlement_labels_idx" ON "service_entitlement" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_entitlement_service_id_idx" ON "service_entitlement"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_entitlement_dependency_of_id_idx" ON "service_entitlement"("dependency_of_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_entitlement_activation_request_id_idx" ON "service_entitlement"("activation_request_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_consumer_scope_idx" ON "service_consumer"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_consumer_order_idx" ON "service_consumer"("name", "id");

-- CreateIndex
CREATE INDEX "service_consumer_labels_idx" ON "service_consumer" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_consumer_service_id_idx" ON "service_consumer"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_consumer_consumer_project_id_idx" ON "service_consumer"("consumer_project_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_consumer_name_key" ON "service_consumer"("project_id", "name");

-- CreateIndex
CREATE INDEX "service_activation_request_scope_idx" ON "service_activation_request"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_activation_request_order_idx" ON "service_activation_request"("name", "id");

-- CreateIndex
CREATE INDEX "service_activation_request_labels_idx" ON "service_activation_request" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_activation_request_service_id_idx" ON "service_activation_request"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_activation_request_consumer_project_id_idx" ON "service_activation_request"("consumer_project_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_activation_request_name_key" ON "service_activation_request"("project_id", "name");

-- CreateIndex
CREATE INDEX "service_availability_scope_idx" ON "service_availability"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_availability_order_idx" ON "service_availability"("name", "id");

-- CreateIndex
CREATE INDEX "service_availability_labels_idx" ON "service_availability" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_availability_service_id_idx" ON "service_availability"("service_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_availability_name_key" ON "service_availability"("name");

-- CreateIndex
CREATE INDEX "service_listing_scope_idx" ON "service_listing"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_listing_order_idx" ON "service_listing"("name", "id");

-- CreateIndex
CREATE INDEX "service_listing_labels_idx" ON "service_listing" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_listing_service_id_idx" ON "service_listing"("service_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_listing_name_key" ON "service_listing"("name");

-- CreateIndex
CREATE INDEX "consumer_portal_plugin_scope_idx" ON "consumer_portal_plugin"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "consumer_portal_plugin_order_idx" ON "consumer_portal_plugin"("name", "id");

-- CreateIndex
CREATE INDEX "consumer_portal_plugin_labels_idx" ON "consumer_portal_plugin" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "consumer_portal_plugin_service_id_idx" ON "consumer_portal_plugin"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "consumer_portal_plugin_configuration_id_idx" ON "consumer_portal_plugin"("configuration_id", "name", "id");

-- CreateIndex
CREATE INDEX "provider_portal_plugin_scope_idx" ON "provider_portal_plugin"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "provider_portal_plugin_order_idx" ON "provider_portal_plugin"("name", "id");

-- CreateIndex
CREATE INDEX "provider_portal_plugin_labels_idx" ON "provider_portal_plugin" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "provider_portal_plugin_service_id_idx" ON "provider_portal_plugin"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "provider_portal_plugin_configuration_id_idx" ON "provider_portal_plugin"("configuration_id", "name", "id");

-- CreateIndex
CREATE INDEX "organization_scope_idx" ON "organization"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "organization_order_idx" ON "organization"("name", "id");

-- CreateIndex
CREATE INDEX "organization_labels_idx" ON "organization" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "organization_name_key" ON "organization"("name");

-- CreateIndex
CREATE INDEX "project_scope_idx" ON "project"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "project_order_idx" ON "project"("name", "id");

-- CreateIndex
CREATE INDEX "project_labels_idx" ON "project" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "project_owner_id_idx" ON "project"("owner_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "project_name_key" ON "project"("name");

-- CreateIndex
CREATE INDEX "folder_scope_idx" ON "folder"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "folder_order_idx" ON "folder"("name", "id");

-- CreateIndex
CREATE INDEX "folder_labels_idx" ON "folder" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "folder_organization_id_idx" ON "folder"("organization_id", "name", "id");

-- CreateIndex
CREATE INDEX "folder_parent_id_idx" ON "folder"("parent_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "folder_name_key" ON "folder"("name");

-- CreateIndex
CREATE INDEX "project_placement_scope_idx" ON "project_placement"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "project_placement_order_idx" ON "project_placement"("name", "id");

-- CreateIndex
CREATE INDEX "project_placement_labels_idx" ON "project_placement" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "project_placement_project_id_idx" ON "project_placement"("project_id", "name", "id");

-- CreateIndex
CREATE INDEX "project_placement_folder_id_idx" ON "project_placement"("folder_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "project_placement_name_key" ON "project_placement"("name");

-- CreateIndex
CREATE INDEX "organization_membership_scope_idx" ON "organization_membership"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "organization_membership_order_idx" ON "organization_membership"("name", "id");

-- CreateIndex
CREATE INDEX "organization_membership_labels_idx" ON "organization_membership" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "organization_membership_organization_id_idx" ON "organization_membership"("organization_id", "name", "id");

-- CreateIndex
CREATE INDEX "organization_membership_user_id_idx" ON "organization_membership"("user_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "organization_membership_name_key" ON "organization_membership"("namespace", "name");

-- CreateIndex
CREATE INDEX "organization_membership_role_role_id_idx" ON "organization_membership_role"("role_id", "organization_membership_id");

-- CreateIndex
CREATE INDEX "project_suspension_scope_idx" ON "project_suspension"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "project_suspension_order_idx" ON "project_suspension"("name", "id");

-- CreateIndex
CREATE INDEX "project_suspension_labels_idx" ON "project_suspension" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "project_suspension_project_id_idx" ON "project_suspension"("project_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "project_suspension_name_key" ON "project_suspension"("name");

-- CreateIndex
CREATE INDEX "client_request_at_idx" ON "client_request"("at");

-- CreateIndex
CREATE INDEX "equipment_scope_idx" ON "equipment"("scope_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "equipment_order_idx" ON "equipment"("name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "equipment_labels_idx" ON "equipment" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "equipment_site_id_idx" ON "equipment"("site_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "equipment_placement_rack_id_idx" ON "equipment"("placement_rack_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE UNIQUE INDEX "equipment_name_key" ON "equipment"("name");

-- AddForeignKey
ALTER TABLE "equipment" ADD CONSTRAINT "equipment_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "equipment" ADD CONSTRAINT "equipment_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "equipment" ADD CONSTRAINT "equipment_placement_rack_id_fkey" FOREIGN KEY ("placement_rack_id") REFERENCES "rack"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "port" ADD CONSTRAINT "port_device_equipment_id_fkey" FOREIGN KEY ("device_equipment_id") REFERENCES "equipment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_slot" ADD CONSTRAINT "device_slot_chassis_equipment_id_fkey" FOREIGN KEY ("chassis_equipment_id") REFERENCES "equipment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_slot" ADD CONSTRAINT "device_slot_occupant_equipment_id_fkey" FOREIGN KEY ("occupant_equipment_id") REFERENCES "equipment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "role_permission" ADD CONSTRAINT "role_permission_permission_id_fkey" FOREIGN KEY ("permission_id") REFERENCES "permission"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "grant_edge" ADD CONSTRAINT "grant_edge_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "grant_assignee" ADD CONSTRAINT "grant_assignee_grant_id_fkey" FOREIGN KEY ("grant_id") REFERENCES "grant_edge"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "access_scope" ADD CONSTRAINT "access_scope_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "access_set"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_account" ADD CONSTRAINT "user_account_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_deactivation" ADD CONSTRAINT "user_deactivation_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_deactivation" ADD CONSTRAINT "user_deactivation_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "identity_link" ADD CONSTRAINT "identity_link_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "identity_link" ADD CONSTRAINT "identity_link_principal_user_account_id_fkey" FOREIGN KEY ("principal_user_account_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "identity_link" ADD CONSTRAINT "identity_link_principal_service_account_id_fkey" FOREIGN KEY ("principal_service_account_id") REFERENCES "service_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_group" ADD CONSTRAINT "user_group_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "group_membership" ADD CONSTRAINT "group_membership_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "group_membership" ADD CONSTRAINT "group_membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "group_membership" ADD CONSTRAINT "group_membership_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "user_group"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "group_nesting" ADD CONSTRAINT "group_nesting_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "group_nesting" ADD CONSTRAINT "group_nesting_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "user_group"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "group_nesting" ADD CONSTRAINT "group_nesting_member_user_group_id_fkey" FOREIGN KEY ("member_user_group_id") REFERENCES "user_group"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "group_nesting" ADD CONSTRAINT "group_nesting_member_service_account_id_fkey" FOREIGN KEY ("member_service_account_id") REFERENCES "service_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "protected_resource" ADD CONSTRAINT "protected_resource_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "role" ADD CONSTRAINT "role_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "role_inheritance" ADD CONSTRAINT "role_inheritance_heir_id_fkey" FOREIGN KEY ("heir_id") REFERENCES "role"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "role_inheritance" ADD CONSTRAINT "role_inheritance_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "role"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "policy_binding" ADD CONSTRAINT "policy_binding_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "policy_binding" ADD CONSTRAINT "policy_binding_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "role"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "policy_binding_subject" ADD CONSTRAINT "policy_binding_subject_policy_binding_id_fkey" FOREIGN KEY ("policy_binding_id") REFERENCES "policy_binding"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "policy_binding_subject" ADD CONSTRAINT "policy_binding_subject_user_account_id_fkey" FOREIGN KEY ("user_account_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "policy_binding_subject" ADD CONSTRAINT "policy_binding_subject_user_group_id_fkey" FOREIGN KEY ("user_group_id") REFERENCES "user_group"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "policy_binding_subject" ADD CONSTRAINT "policy_binding_subject_service_account_id_fkey" FOREIGN KEY ("service_account_id") REFERENCES "service_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "region" ADD CONSTRAINT "region_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provider" ADD CONSTRAINT "provider_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "site" ADD CONSTRAINT "site_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "site" ADD CONSTRAINT "site_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "site" ADD CONSTRAINT "site_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "provider"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cluster" ADD CONSTRAINT "cluster_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cluster" ADD CONSTRAINT "cluster_control_plane_site_id_fkey" FOREIGN KEY ("control_plane_site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "rack" ADD CONSTRAINT "rack_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "rack" ADD CONSTRAINT "rack_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_assignment_cluster_id_fkey" FOREIGN KEY ("assignment_cluster_id") REFERENCES "cluster"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_placement_rack_id_fkey" FOREIGN KEY ("placement_rack_id") REFERENCES "rack"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "network_device" ADD CONSTRAINT "network_device_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "network_device" ADD CONSTRAINT "network_device_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "cluster"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "network_device" ADD CONSTRAINT "network_device_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "network_device" ADD CONSTRAINT "network_device_placement_rack_id_fkey" FOREIGN KEY ("placement_rack_id") REFERENCES "rack"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "virtual_machine" ADD CONSTRAINT "virtual_machine_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "virtual_machine" ADD CONSTRAINT "virtual_machine_host_id_fkey" FOREIGN KEY ("host_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "virtual_machine" ADD CONSTRAINT "virtual_machine_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "provider"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "virtual_machine" ADD CONSTRAINT "virtual_machine_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "port" ADD CONSTRAINT "port_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "port" ADD CONSTRAINT "port_device_node_id_fkey" FOREIGN KEY ("device_node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "port" ADD CONSTRAINT "port_device_network_device_id_fkey" FOREIGN KEY ("device_network_device_id") REFERENCES "network_device"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "port" ADD CONSTRAINT "port_device_rack_id_fkey" FOREIGN KEY ("device_rack_id") REFERENCES "rack"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "pass_through_port" ADD CONSTRAINT "pass_through_port_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "pass_through_port" ADD CONSTRAINT "pass_through_port_port_id_fkey" FOREIGN KEY ("port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "port_mapping" ADD CONSTRAINT "port_mapping_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "port_mapping" ADD CONSTRAINT "port_mapping_front_port_id_fkey" FOREIGN KEY ("front_port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "port_mapping" ADD CONSTRAINT "port_mapping_rear_port_id_fkey" FOREIGN KEY ("rear_port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_profile" ADD CONSTRAINT "cable_profile_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable" ADD CONSTRAINT "cable_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable" ADD CONSTRAINT "cable_profile_id_fkey" FOREIGN KEY ("profile_id") REFERENCES "cable_profile"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_termination" ADD CONSTRAINT "cable_termination_cable_id_fkey" FOREIGN KEY ("cable_id") REFERENCES "cable"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_termination" ADD CONSTRAINT "cable_termination_port_id_fkey" FOREIGN KEY ("port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "link" ADD CONSTRAINT "link_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "link_endpoint" ADD CONSTRAINT "link_endpoint_link_id_fkey" FOREIGN KEY ("link_id") REFERENCES "link"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "link_endpoint" ADD CONSTRAINT "link_endpoint_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "link_endpoint" ADD CONSTRAINT "link_endpoint_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "cluster"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "link_endpoint" ADD CONSTRAINT "link_endpoint_network_device_id_fkey" FOREIGN KEY ("network_device_id") REFERENCES "network_device"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "link_cable" ADD CONSTRAINT "link_cable_link_id_fkey" FOREIGN KEY ("link_id") REFERENCES "link"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "link_cable" ADD CONSTRAINT "link_cable_cable_id_fkey" FOREIGN KEY ("cable_id") REFERENCES "cable"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit" ADD CONSTRAINT "circuit_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit" ADD CONSTRAINT "circuit_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "provider"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit" ADD CONSTRAINT "circuit_a_end_site_id_fkey" FOREIGN KEY ("a_end_site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit" ADD CONSTRAINT "circuit_a_end_port_id_fkey" FOREIGN KEY ("a_end_port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit" ADD CONSTRAINT "circuit_z_end_site_id_fkey" FOREIGN KEY ("z_end_site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit" ADD CONSTRAINT "circuit_z_end_port_id_fkey" FOREIGN KEY ("z_end_port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_slot" ADD CONSTRAINT "device_slot_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_slot" ADD CONSTRAINT "device_slot_chassis_node_id_fkey" FOREIGN KEY ("chassis_node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_slot" ADD CONSTRAINT "device_slot_chassis_network_device_id_fkey" FOREIGN KEY ("chassis_network_device_id") REFERENCES "network_device"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_slot" ADD CONSTRAINT "device_slot_occupant_node_id_fkey" FOREIGN KEY ("occupant_node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_slot" ADD CONSTRAINT "device_slot_occupant_network_device_id_fkey" FOREIGN KEY ("occupant_network_device_id") REFERENCES "network_device"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "meter_definition" ADD CONSTRAINT "meter_definition_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "meter_definition" ADD CONSTRAINT "meter_definition_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "meter_definition" ADD CONSTRAINT "meter_definition_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "meter_resource_type" ADD CONSTRAINT "meter_resource_type_meter_definition_id_fkey" FOREIGN KEY ("meter_definition_id") REFERENCES "meter_definition"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "meter_resource_type" ADD CONSTRAINT "meter_resource_type_monitored_resource_type_id_fkey" FOREIGN KEY ("monitored_resource_type_id") REFERENCES "monitored_resource_type"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "monitored_resource_type" ADD CONSTRAINT "monitored_resource_type_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "monitored_resource_type" ADD CONSTRAINT "monitored_resource_type_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "monitored_resource_type" ADD CONSTRAINT "monitored_resource_type_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_pricing" ADD CONSTRAINT "service_pricing_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_pricing" ADD CONSTRAINT "service_pricing_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_pricing" ADD CONSTRAINT "service_pricing_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "resource_registration" ADD CONSTRAINT "resource_registration_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "resource_registration" ADD CONSTRAINT "resource_registration_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "claim_creation_policy" ADD CONSTRAINT "claim_creation_policy_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "claim_creation_policy" ADD CONSTRAINT "claim_creation_policy_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "resource_grant" ADD CONSTRAINT "resource_grant_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "resource_grant" ADD CONSTRAINT "resource_grant_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "resource_grant" ADD CONSTRAINT "resource_grant_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "region_state" ADD CONSTRAINT "region_state_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "region_state" ADD CONSTRAINT "region_state_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_runtime" ADD CONSTRAINT "service_runtime_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_runtime" ADD CONSTRAINT "service_runtime_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_runtime" ADD CONSTRAINT "service_runtime_leading_service_id_fkey" FOREIGN KEY ("leading_service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_runtime" ADD CONSTRAINT "service_runtime_primary_region_id_fkey" FOREIGN KEY ("primary_region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_version" ADD CONSTRAINT "service_version_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_version" ADD CONSTRAINT "service_version_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_import" ADD CONSTRAINT "service_import_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_import" ADD CONSTRAINT "service_import_service_version_id_fkey" FOREIGN KEY ("service_version_id") REFERENCES "service_version"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_import" ADD CONSTRAINT "service_import_target_service_id_fkey" FOREIGN KEY ("target_service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_import" ADD CONSTRAINT "service_import_target_version_id_fkey" FOREIGN KEY ("target_version_id") REFERENCES "service_version"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_use" ADD CONSTRAINT "service_use_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_use" ADD CONSTRAINT "service_use_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_use" ADD CONSTRAINT "service_use_target_service_id_fkey" FOREIGN KEY ("target_service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_use" ADD CONSTRAINT "service_use_min_version_id_fkey" FOREIGN KEY ("min_version_id") REFERENCES "service_version"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_resource" ADD CONSTRAINT "api_resource_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_resource" ADD CONSTRAINT "api_resource_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_resource_version" ADD CONSTRAINT "api_resource_version_api_resource_id_fkey" FOREIGN KEY ("api_resource_id") REFERENCES "api_resource"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "api_resource_version" ADD CONSTRAINT "api_resource_version_service_version_id_fkey" FOREIGN KEY ("service_version_id") REFERENCES "service_version"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_current_version_id_fkey" FOREIGN KEY ("current_version_id") REFERENCES "service_version"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment_runs_on" ADD CONSTRAINT "deployment_runs_on_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployment"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment_runs_on" ADD CONSTRAINT "deployment_runs_on_site_id_fkey" FOREIGN KEY ("site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment_runs_on" ADD CONSTRAINT "deployment_runs_on_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "cluster"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment_runs_on" ADD CONSTRAINT "deployment_runs_on_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "scope" ADD CONSTRAINT "scope_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "scope_closure" ADD CONSTRAINT "scope_closure_ancestor_id_fkey" FOREIGN KEY ("ancestor_id") REFERENCES "scope"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "scope_closure" ADD CONSTRAINT "scope_closure_descendant_id_fkey" FOREIGN KEY ("descendant_id") REFERENCES "scope"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_owner_producer_project_id_fkey" FOREIGN KEY ("owner_producer_project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service" ADD CONSTRAINT "service_active_configuration_id_fkey" FOREIGN KEY ("active_configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_dependency" ADD CONSTRAINT "service_dependency_dependent_service_id_fkey" FOREIGN KEY ("dependent_service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_dependency" ADD CONSTRAINT "service_dependency_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_configuration" ADD CONSTRAINT "service_configuration_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_configuration" ADD CONSTRAINT "service_configuration_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_entitlement" ADD CONSTRAINT "service_entitlement_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_entitlement" ADD CONSTRAINT "service_entitlement_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_entitlement" ADD CONSTRAINT "service_entitlement_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_entitlement" ADD CONSTRAINT "service_entitlement_dependency_of_id_fkey" FOREIGN KEY ("dependency_of_id") REFERENCES "service_entitlement"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_entitlement" ADD CONSTRAINT "service_entitlement_activation_request_id_fkey" FOREIGN KEY ("activation_request_id") REFERENCES "service_activation_request"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_consumer" ADD CONSTRAINT "service_consumer_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_consumer" ADD CONSTRAINT "service_consumer_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_consumer" ADD CONSTRAINT "service_consumer_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_consumer" ADD CONSTRAINT "service_consumer_consumer_project_id_fkey" FOREIGN KEY ("consumer_project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_activation_request" ADD CONSTRAINT "service_activation_request_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_activation_request" ADD CONSTRAINT "service_activation_request_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_activation_request" ADD CONSTRAINT "service_activation_request_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_activation_request" ADD CONSTRAINT "service_activation_request_consumer_project_id_fkey" FOREIGN KEY ("consumer_project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_availability" ADD CONSTRAINT "service_availability_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_availability" ADD CONSTRAINT "service_availability_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_listing" ADD CONSTRAINT "service_listing_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_listing" ADD CONSTRAINT "service_listing_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "consumer_portal_plugin" ADD CONSTRAINT "consumer_portal_plugin_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "consumer_portal_plugin" ADD CONSTRAINT "consumer_portal_plugin_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "consumer_portal_plugin" ADD CONSTRAINT "consumer_portal_plugin_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provider_portal_plugin" ADD CONSTRAINT "provider_portal_plugin_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provider_portal_plugin" ADD CONSTRAINT "provider_portal_plugin_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provider_portal_plugin" ADD CONSTRAINT "provider_portal_plugin_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "organization" ADD CONSTRAINT "organization_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "project" ADD CONSTRAINT "project_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "project" ADD CONSTRAINT "project_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "folder" ADD CONSTRAINT "folder_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "folder" ADD CONSTRAINT "folder_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "folder" ADD CONSTRAINT "folder_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "folder"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "project_placement" ADD CONSTRAINT "project_placement_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "project_placement" ADD CONSTRAINT "project_placement_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "project_placement" ADD CONSTRAINT "project_placement_folder_id_fkey" FOREIGN KEY ("folder_id") REFERENCES "folder"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "organization_membership" ADD CONSTRAINT "organization_membership_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "organization_membership" ADD CONSTRAINT "organization_membership_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "organization_membership" ADD CONSTRAINT "organization_membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "organization_membership_role" ADD CONSTRAINT "organization_membership_role_organization_membership_id_fkey" FOREIGN KEY ("organization_membership_id") REFERENCES "organization_membership"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "organization_membership_role" ADD CONSTRAINT "organization_membership_role_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "role"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "project_suspension" ADD CONSTRAINT "project_suspension_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "project_suspension" ADD CONSTRAINT "project_suspension_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- The audit log (src/catalog/history) is partitioned by the time of its records, so that what is old goes a partition at
-- a time. It only grows: nobody changes or deletes a record, its owner included.
--
--   audit_record_20260901 │ audit_record_20261001 │ audit_record_20261101 │ … made ahead      audit_record_default:
--   ◄─ dropped from the left, none that has a time of the last 31 days                        every other time

-- Prisma has no word for partitions: the table that it makes is the pattern of one with the same columns and indexes.
do $$
declare
  definitions text[];
  definition text;
begin
  select array_agg(pg_get_indexdef(indexrelid) order by indexrelid) into definitions
  from pg_index where indrelid = 'audit_record'::regclass and not indisprimary;
  alter table audit_record rename to audit_record_pattern;
  create table audit_record (like audit_record_pattern including defaults) partition by range (received_at);
  drop table audit_record_pattern;
  alter table audit_record add constraint audit_record_pkey primary key (id, received_at);
  foreach definition in array definitions loop
    execute definition;
  end loop;
end $$;

-- The log without its reads, which may be many, newest first.
create index audit_record_writes_idx on audit_record (received_at, id) where not is_read;

-- What is rare in it: all but the making of objects, and all that was not done.
create index audit_record_verb_idx on audit_record (verb, received_at, id) where verb <> 'create';
create index audit_record_refused_idx on audit_record (outcome, received_at, id) where outcome <> 'SUCCESS';

create table audit_record_default partition of audit_record default;

create function audit_record_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log cannot be changed' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_record_append_only before update or delete or truncate on audit_record for each statement execute function audit_record_refuse();
create trigger audit_record_append_only before update or delete or truncate on audit_record_default for each statement execute function audit_record_refuse();

-- The partitions but for the default one, with their times.
create function audit_record_partitions() returns table (name text, period tstzrange) language sql stable as $$
  select c.relname::text, tstzrange(bound.times[1]::timestamptz, bound.times[2]::timestamptz)
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  cross join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)') bound (times)
  where i.inhparent = 'audit_record'::regclass and bound.times is not null
$$;

-- Times that need a partition and have none: from now to an instant, and those of records in the default partition; whole
-- days, weeks or months, as far as no other partition (of another length, perhaps) has a part of them.
create function audit_record_missing(unit text, until timestamptz) returns table (starts timestamptz, ends timestamptz)
language sql stable set timezone = 'UTC' as $$
  select lower(piece), upper(piece)
  from (
    select generate_series(date_trunc(unit, now()), until, ('1 ' || unit)::interval)
    union select date_trunc(unit, received_at) from audit_record_default
  ) wanted (start)
  cross join (select coalesce(range_agg(period), '{}') as periods from audit_record_partitions()) present
  cross join unnest(tstzmultirange(tstzrange(wanted.start, wanted.start + ('1 ' || unit)::interval)) - present.periods) piece
  order by 1
$$;

-- Makes the missing partitions, and moves the records of their times there from the default partition; how many it made.
-- It holds writers up meanwhile: one that has chosen the default partition for its record would find that the record does
-- not belong there any more. It gives up (lock_not_available) rather than make anybody queue behind it for long.
create function audit_record_prepare(unit text, until timestamptz) returns int language plpgsql security definer
set search_path = public, pg_temp set timezone = 'UTC' as $$
declare
  missing record;
  made text[] := '{}';
  name text;
begin
  if unit not in ('day', 'week', 'month') then
    raise exception 'the audit log is not partitioned by %', unit using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock(720935);
  if not exists (select from audit_record_missing(unit, until)) then
    return 0;
  end if;
  perform set_config('lock_timeout', '100ms', true);
  lock table audit_record in share row exclusive mode;
  lock table audit_record_default in access exclusive mode;
  for missing in select * from audit_record_missing(unit, until) loop
    name := 'audit_record_' || to_char(missing.starts, 'YYYYMMDD');
    execute format('create table %I (like audit_record including defaults including indexes)', name);
    execute format('create trigger audit_record_append_only before update or delete or truncate on %I for each statement execute function audit_record_refuse()', name);
    execute format('insert into %I select * from audit_record_default where received_at >= $1 and received_at < $2', name) using missing.starts, missing.ends;
    made := made || format('alter table audit_record attach partition %I for values from (%L) to (%L)', name, missing.starts, missing.ends);
  end loop;
  if exists (select from audit_record_default) then -- All of them have been moved.
    alter table audit_record_default disable trigger audit_record_append_only;
    truncate audit_record_default;
    alter table audit_record_default enable trigger audit_record_append_only;
  end if;
  foreach name in array made loop
    execute name;
  end loop;
  return cardinality(made);
end $$;

-- Drops the oldest partition if all of its times are more than so many days ago; its name, or null if there is none. It
-- holds writers up for a moment, and gives up (lock_not_available) rather than make them queue behind it for long.
create function audit_record_forget(days int) returns text language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  oldest text;
begin
  if days < 31 then
    raise exception 'the audit log cannot be changed' using errcode = 'insufficient_privilege',
      detail = 'Only records of more than 31 days ago can be forgotten.';
  end if;
  perform pg_advisory_xact_lock(720935);
  select p.name into oldest from audit_record_partitions() p
  where upper(p.period) <= now() - make_interval(days => days) order by p.period limit 1;
  if oldest is not null then
    perform set_config('lock_timeout', '100ms', true);
    execute format('drop table %I', oldest);
  end if;
  return oldest;
end $$;

-- The ways for a role that does not own the table; it is granted them by name.
revoke execute on function audit_record_prepare(text, timestamptz), audit_record_forget(int) from public;
revoke update, delete, truncate on audit_record from public;

-- Authorization, derived from the catalog's rows by triggers, so that no way of writing can miss it:
--
--   role, role_inheritance ─► role_permission ─┐
--   policy bindings, memberships ─► grant_edge, grant_assignee ─┼─► authz_outbox ─► OpenFGA (reference/iam.md 4.7, 4.12)
--   scope, groups ──────────────────────────────┘
--
-- All writers hold the catalog's one write lock, so the outbox's sequence is the order of commits.

-- Scope that a role bound to every object of a kind hangs on.
create function kind_scope_id(kind text) returns uuid language sql immutable as $$ select md5('kind/' || kind)::uuid $$;

insert into scope (id, kind) values ('00000000-0000-7000-8000-000000000002', 'Audience');
insert into scope_closure (ancestor_id, descendant_id, depth)
values ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000002', 0);

-- grant_edge_scope_id_fkey = REFERENCED: a policy binding gives a role on it
alter table binding_target add constraint binding_target_policy_binding_id_fkey foreign key (policy_binding_id) references policy_binding (id) on delete cascade;
-- binding_target_scope_id_fkey = REFERENCED: a policy binding gives a role on it
alter table binding_target add constraint binding_target_scope_id_fkey foreign key (scope_id) references scope (id) on delete restrict;
-- group_membership_once = DUPLICATE_MEMBER: the user is a member of the group already
create unique index group_membership_once on group_membership (group_id, user_id);
-- group_nesting_group_once = DUPLICATE_MEMBER: the group is a member of the group already
create unique index group_nesting_group_once on group_nesting (group_id, member_user_group_id);
-- group_nesting_account_once = DUPLICATE_MEMBER: the service account is a member of the group already
create unique index group_nesting_account_once on group_nesting (group_id, member_service_account_id);

-- Relation of a permission: readable when it fits OpenFGA's 50 characters, else a hash; never used for another one.
create function permission_relation(permission text) returns text language sql stable as $$
  select case when length(r.readable) <= 50 and not exists (select from permission p where p.relation = r.readable)
    then r.readable else 'p_' || left(encode(sha256(convert_to(permission, 'UTF8')), 'hex'), 12) end
  from (select trim(both '_' from regexp_replace(
    case split_part(permission, '/', 1)
      when 'resourcemanager.miloapis.com' then 'rm'
      when 'services.miloapis.com' then 'svc'
      when 'inventory.miloapis.com' then 'inv'
      else split_part(split_part(permission, '/', 1), '.miloapis.com', 1) end
    || '_' || substr(permission, strpos(permission, '/') + 1), '[^A-Za-z0-9]+', '_', 'g')) as readable) r
$$;

-- Registers permissions that are not known yet, one after the other: two of them may be alike when written readably.
create or replace function permission_register(names text[]) returns void language plpgsql as $$
declare
  n text;
begin
  for n in select distinct u collate "C" from unnest(names) u where not exists (select from permission p where p.name = u) order by 1 loop
    insert into permission (id, name, relation, kind, verb)
    values (gen_random_uuid(), n, permission_relation(n), regexp_replace(n, '\.[^.]*$', ''), substring(n from '[^.]*$'));
  end loop;
end $$;

create function protected_resource_follow() returns trigger language plpgsql as $$
begin
  perform permission_register(array(
    select r.service_ref_name || '/' || r.plural || '.' || v from new_rows r cross join lateral unnest(r.permissions) v
    union
    select r.service_ref_name || '/' || r.plural || '/' || (s ->> 'name') || '.' || v
    from new_rows r cross join lateral jsonb_array_elements(coalesce(r.subresources, '[]')) s
    cross join lateral jsonb_array_elements_text(s -> 'permissions') v));
  return null;
end $$;
create trigger protected_resource_added after insert on protected_resource referencing new table as new_rows
for each statement execute function protected_resource_follow();
create trigger protected_resource_changed after update on protected_resource referencing new table as new_rows
for each statement execute function protected_resource_follow();

-- Works out the effective permissions of roles and of all that inherit them.
create function role_permission_refresh(changed uuid[]) returns void language sql as $$
  with recursive affected (id) as (
    select unnest(changed) union select i.heir_id from affected a join role_inheritance i on i.role_id = a.id
  ), up (heir_id, id) as (
    select id, id from affected union select u.heir_id, i.role_id from up u join role_inheritance i on i.heir_id = u.id
  ), wanted as (
    select distinct u.heir_id as role_id, p.id as permission_id
    from up u join role r on r.id = u.id cross join lateral unnest(r.included_permissions) n join permission p on p.name = n
  ), gone as (
    delete from role_permission x using affected a
    where x.role_id = a.id and not exists (select from wanted w where w.role_id = x.role_id and w.permission_id = x.permission_id)
  )
  insert into role_permission (role_id, permission_id) select role_id, permission_id from wanted on conflict do nothing
$$;

create function role_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    delete from role_permission x using old_rows r where x.role_id = r.id;
  else
    perform role_permission_refresh(array(select id from new_rows));
  end if;
  return null;
end $$;
create trigger role_added after insert on role referencing new table as new_rows for each statement execute function role_follow();
create trigger role_changed after update on role referencing new table as new_rows for each statement execute function role_follow();
create trigger role_removed after delete on role referencing old table as old_rows for each statement execute function role_follow();

create function role_inheritance_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform role_permission_refresh(array(select distinct heir_id from old_rows));
  else
    perform role_permission_refresh(array(select distinct heir_id from new_rows));
  end if;
  return null;
end $$;
create trigger role_inheritance_added after insert on role_inheritance referencing new table as new_rows
for each statement execute function role_inheritance_follow();
create trigger role_inheritance_removed after delete on role_inheritance referencing old table as old_rows
for each statement execute function role_inheritance_follow();

-- Who holds a role on a scope, and by what: the bindings and the memberships, opened.
create view role_assignment as
  select t.scope_id, b.role_id, 'PolicyBinding' as source_kind, b.id as source_id,
    case when s.user_account_id is not null then 'User' when s.service_account_id is not null then 'ServiceAccount' else 'Group' end as principal_kind,
    coalesce(s.user_account_id, s.service_account_id, s.user_group_id) as principal_id
  from policy_binding b join binding_target t on t.policy_binding_id = b.id join policy_binding_subject s on s.policy_binding_id = b.id
  union all
  select m.organization_id, r.role_id, 'OrganizationMembership', m.id, 'User', m.user_id
  from organization_membership m join organization_membership_role r on r.organization_membership_id = m.id;

-- Brings the grants of (scope, role) pairs in step: one grant a pair, its assignees the union over all assignments.
create function grants_refresh(scopes uuid[], roles uuid[]) returns void language plpgsql as $$
begin
  create temporary table if not exists wanted_assignee (scope_id uuid, role_id uuid, principal_kind text, principal_id uuid) on commit delete rows;
  delete from wanted_assignee;
  insert into wanted_assignee
  select distinct a.scope_id, a.role_id, a.principal_kind, a.principal_id
  from role_assignment a join (select distinct s, r from unnest(scopes, roles) as u (s, r)) p on p.s = a.scope_id and p.r = a.role_id;
  insert into grant_edge (id, scope_id, role_id)
  select gen_random_uuid(), scope_id, role_id from (select distinct scope_id, role_id from wanted_assignee) w on conflict (scope_id, role_id) do nothing;
  delete from grant_assignee x using grant_edge g, (select distinct s, r from unnest(scopes, roles) as u (s, r)) p
  where x.grant_id = g.id and g.scope_id = p.s and g.role_id = p.r and not exists (
    select from wanted_assignee w where w.scope_id = g.scope_id and w.role_id = g.role_id and w.principal_kind = x.principal_kind and w.principal_id = x.principal_id);
  insert into grant_assignee (grant_id, principal_kind, principal_id)
  select g.id, w.principal_kind, w.principal_id from wanted_assignee w join grant_edge g on g.scope_id = w.scope_id and g.role_id = w.role_id
  on conflict do nothing;
  delete from grant_edge g using (select distinct s, r from unnest(scopes, roles) as u (s, r)) p
  where g.scope_id = p.s and g.role_id = p.r and not exists (select from grant_assignee x where x.grant_id = g.id);
end $$;

create function binding_follow() returns trigger language plpgsql as $$
declare
  pairs record;
begin
  if tg_op = 'DELETE' and tg_table_name = 'binding_target' then
    select array_agg(o.scope_id) as scopes, array_agg(b.role_id) as roles into pairs
    from old_rows o join policy_binding b on b.id = o.policy_binding_id;
  elsif tg_op = 'DELETE' then
    select array_agg(t.scope_id) as scopes, array_agg(b.role_id) as roles into pairs
    from (select distinct policy_binding_id from old_rows) o join policy_binding b on b.id = o.policy_binding_id
    join binding_target t on t.policy_binding_id = b.id;
  else
    select array_agg(t.scope_id) as scopes, array_agg(b.role_id) as roles into pairs
    from (select distinct policy_binding_id from new_rows) n join policy_binding b on b.id = n.policy_binding_id
    join binding_target t on t.policy_binding_id = b.id;
  end if;
  if pairs.scopes is not null then perform grants_refresh(pairs.scopes, pairs.roles); end if;
  return null;
end $$;
create trigger binding_target_added after insert on binding_target referencing new table as new_rows
for each statement execute function binding_follow();
create trigger policy_binding_subject_added after insert on policy_binding_subject referencing new table as new_rows
for each statement execute function binding_follow();
create trigger policy_binding_subject_removed after delete on policy_binding_subject referencing old table as old_rows
for each statement execute function binding_follow();

create function membership_follow() returns trigger language plpgsql as $$
declare
  pairs record;
begin
  if tg_op = 'DELETE' then
    select array_agg(m.organization_id) as scopes, array_agg(o.role_id) as roles into pairs
    from old_rows o join organization_membership m on m.id = o.organization_membership_id;
  else
    select array_agg(m.organization_id) as scopes, array_agg(n.role_id) as roles into pairs
    from new_rows n join organization_membership m on m.id = n.organization_membership_id;
  end if;
  if pairs.scopes is not null then perform grants_refresh(pairs.scopes, pairs.roles); end if;
  return null;
end $$;
create trigger organization_membership_role_added after insert on organization_membership_role referencing new table as new_rows
for each statement execute function membership_follow();
create trigger organization_membership_role_removed after delete on organization_membership_role referencing old table as old_rows
for each statement execute function membership_follow();

create index authz_outbox_open on authz_outbox (seq) where applied_at is null;

-- The tuples of rows of each table that has any: of all the rows of a statement at once.
create function scope_tuples(rows scope[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'scope:' || r.id, 'parent', 'scope:' || r.parent_id from unnest(rows) r where r.parent_id is not null
  union all select 'scope:' || r.id, 'parent', 'scope:' || k.id from unnest(rows) r join scope k on k.id = kind_scope_id(r.kind) where r.kind <> 'Kind'
  union all select 'scope:' || r.id, 'parent', 'scope:00000000-0000-7000-8000-000000000002' from unnest(rows) r where r.is_public
$$;
create function role_permission_tuples(rows role_permission[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'role:' || r.role_id, p.relation, 'principal:*' from unnest(rows) r join permission p on p.id = r.permission_id
$$;
create function grant_edge_tuples(rows grant_edge[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'scope:' || r.scope_id, 'grant', 'grant:' || r.id from unnest(rows) r
  union all select 'grant:' || r.id, 'role', 'role:' || r.role_id from unnest(rows) r
$$;
create function grant_assignee_tuples(rows grant_assignee[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'grant:' || r.grant_id, 'assignee',
    case when r.principal_kind = 'Group' then 'group:' || r.principal_id || '#member' else 'principal:' || r.principal_id end
  from unnest(rows) r
$$;
create function group_membership_tuples(rows group_membership[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'group:' || r.group_id, 'member', 'principal:' || r.user_id from unnest(rows) r
$$;
create function group_nesting_tuples(rows group_nesting[]) returns table (object text, relation text, subject text) language sql volatile as $$
  select 'group:' || r.group_id, 'member',
    case when r.member_user_group_id is not null then 'group:' || r.member_user_group_id || '#member' else 'principal:' || r.member_service_account_id end
  from unnest(rows) r
$$;

-- Every tuple that OpenFGA should hold.
create view authz_tuple as
  select t.object, t.relation, t.subject from scope_tuples(array(select r from scope r)) t
  union all select t.object, t.relation, t.subject from role_permission_tuples(array(select r from role_permission r)) t
  union all select t.object, t.relation, t.subject from grant_edge_tuples(array(select r from grant_edge r)) t
  union all select t.object, t.relation, t.subject from grant_assignee_tuples(array(select r from grant_assignee r)) t
  union all select t.object, t.relation, t.subject from group_membership_tuples(array(select r from group_membership r)) t
  union all select t.object, t.relation, t.subject from group_nesting_tuples(array(select r from group_nesting r)) t
  union all select 'group:' || id, 'member', 'principal:*' from user_group
    where id in ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000004');

-- Notes in the outbox what a statement changed of a table's tuples, and that access has to be worked out anew.
create or replace function authz_follow() returns trigger language plpgsql as $$
declare
  tuples text := tg_table_name || '_tuples';
  columns text := (select string_agg(format('r.%I', attname), ', ' order by attnum) from pg_attribute
    where attrelid = tg_relid and attnum > 0 and not attisdropped);
  old_tuples text := format('select t.* from %I(array(select row(%s)::%I from old_rows r)) t', tuples, columns, tg_table_name);
  new_tuples text := format('select t.* from %I(array(select row(%s)::%I from new_rows r)) t', tuples, columns, tg_table_name);
  gone text;
  come text;
  written bigint;
  noted bigint := 0;
begin
  if tg_op <> 'INSERT' then
    gone := case when tg_op = 'UPDATE' then old_tuples || ' except ' || new_tuples else old_tuples end;
    execute format('insert into authz_outbox (order_key, operation, tuple)
      select object || ''#'' || relation, ''delete'', jsonb_build_object(''object'', object, ''relation'', relation, ''user'', subject) from (%s) t', gone);
    get diagnostics written = row_count;
    noted := noted + written;
  end if;
  if tg_op <> 'DELETE' then
    come := case when tg_op = 'UPDATE' then new_tuples || ' except ' || old_tuples else new_tuples end;
    execute format('insert into authz_outbox (order_key, operation, tuple)
      select object || ''#'' || relation, ''write'', jsonb_build_object(''object'', object, ''relation'', relation, ''user'', subject) from (%s) t', come);
    get diagnostics written = row_count;
    noted := noted + written;
  end if;
  -- A new scope takes nothing from anybody and gives nothing that its parents do not give already.
  if noted > 0 and not (tg_table_name = 'scope' and tg_op = 'INSERT') then
    perform set_config('catalog.access_changed', 'yes', true);
  end if;
  return null;
end $$;
create trigger scope_added after insert on scope referencing new table as new_rows for each statement execute function authz_follow();
create trigger scope_changed after update on scope referencing old table as old_rows new table as new_rows for each statement execute function authz_follow();
create trigger scope_removed after delete on scope referencing old table as old_rows for each statement execute function authz_follow();
create trigger role_permission_added after insert on role_permission referencing new table as new_rows for each statement execute function authz_follow();
create trigger role_permission_removed after delete on role_permission referencing old table as old_rows for each statement execute function authz_follow();
create trigger grant_edge_added after insert on grant_edge referencing new table as new_rows for each statement execute function authz_follow();
create trigger grant_edge_removed after delete on grant_edge referencing old table as old_rows for each statement execute function authz_follow();
create trigger grant_assignee_added after insert on grant_assignee referencing new table as new_rows for each statement execute function authz_follow();
create trigger grant_assignee_removed after delete on grant_assignee referencing old table as old_rows for each statement execute function authz_follow();
create trigger group_membership_added after insert on group_membership referencing new table as new_rows for each statement execute function authz_follow();
create trigger group_membership_changed after update on group_membership referencing old table as old_rows new table as new_rows for each statement execute function authz_follow();
create trigger group_membership_removed after delete on group_membership referencing old table as old_rows for each statement execute function authz_follow();
create trigger group_nesting_added after insert on group_nesting referencing new table as new_rows for each statement execute function authz_follow();
create trigger group_nesting_changed after update on group_nesting referencing old table as old_rows new table as new_rows for each statement execute function authz_follow();
create trigger group_nesting_removed after delete on group_nesting referencing old table as old_rows for each statement execute function authz_follow();

-- A principal that goes, or whose state changes, is noticed at the next statement of whoever acts for it.
create function principal_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform set_config('catalog.access_changed', 'yes', true);
  elsif exists (select from old_rows o join new_rows n on n.id = o.id where o.state is distinct from n.state) then
    perform set_config('catalog.access_changed', 'yes', true);
  end if;
  return null;
end $$;
create trigger user_account_changed after update on user_account referencing old table as old_rows new table as new_rows for each statement execute function principal_follow();
create trigger user_account_removed after delete on user_account referencing old table as old_rows for each statement execute function principal_follow();
create trigger service_account_changed after update on service_account referencing old table as old_rows new table as new_rows for each statement execute function principal_follow();
create trigger service_account_removed after delete on service_account referencing old table as old_rows for each statement execute function principal_follow();

-- So is the end of a link. What is remembered of it keeps tokens refused that were issued before, whoever is linked to
-- the identity later.
create function identity_link_follow() returns trigger language plpgsql as $$
begin
  insert into ended_identity (issuer, subject, ended_at)
  select issuer, subject, clock_timestamp() from old_rows
  on conflict (issuer, subject) do update set ended_at = excluded.ended_at;
  perform set_config('catalog.access_changed', 'yes', true);
  return null;
end $$;
create trigger identity_link_removed after delete on identity_link referencing old table as old_rows for each statement execute function identity_link_follow();

-- Raises the access version at the end of a transaction that changed what access is made of (reference/iam.md 4.9).
create function access_version_follow() returns void language sql as $$
  update access_version set version = version + 1 where current_setting('catalog.access_changed', true) = 'yes'
$$;

-- A service that everyone may see stands under the public audience as well: one that is no draft, unless its runtime keeps
-- it private.
create function services_publish(touched uuid[]) returns void language plpgsql as $$
begin
  update scope s set is_public = p.is_public
  from (select t.id, exists (
      select from service v left join service_runtime r on r.service_id = v.id
      where v.id = t.id and v.phase <> 'Draft' and (r.id is null or r.visibility = 'Public' or r.core)) as is_public
    from unnest(touched) as t (id)) p
  where s.id = p.id and s.is_public <> p.is_public;
  if found then perform scope_closure_rebuild(touched); end if;
end $$;
create function service_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform services_publish(array(select id from new_rows));
    return null;
  end if;
  perform services_publish(array(select n.id from new_rows n join old_rows o on o.id = n.id where n.phase is distinct from o.phase));
  return null;
end $$;
create trigger service_added after insert on service referencing new table as new_rows for each statement execute function service_follow();
create trigger service_changed after update on service referencing old table as old_rows new table as new_rows for each statement execute function service_follow();
create function service_runtime_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform services_publish(array(select service_id from new_rows));
  elsif tg_op = 'UPDATE' then
    perform services_publish(array(select unnest(array[n.service_id, o.service_id]) from new_rows n join old_rows o on o.id = n.id
      where n.visibility is distinct from o.visibility or n.core is distinct from o.core or n.service_id is distinct from o.service_id));
  else
    perform services_publish(array(select service_id from old_rows));
  end if;
  return null;
end $$;
create trigger service_runtime_added after insert on service_runtime referencing new table as new_rows for each statement execute function service_runtime_follow();
create trigger service_runtime_changed after update on service_runtime referencing old table as old_rows new table as new_rows for each statement execute function service_runtime_follow();
create trigger service_runtime_removed after delete on service_runtime referencing old table as old_rows for each statement execute function service_runtime_follow();

-- What all kinds share and Prisma's language lacks.
create sequence catalog_revision;

insert into scope (id, kind) values ('00000000-0000-7000-8000-000000000000', 'Platform');
insert into scope_closure (ancestor_id, descendant_id, depth)
values ('00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000000', 0);
insert into access_version (id) values (1);

-- Works out the closure of the given scopes and everything below them anew: up from each of them as far as that leads
-- through those; what lies beyond has its closure already.
--
--     platform ◄─ region ◄─ site │◄─ rack        moved: the rack; of the site the closure is taken as it stands
--
-- Planned for each call: what is right for one scope is not for ten thousand.
create or replace function scope_closure_rebuild(moved uuid[]) returns bigint language plpgsql set plan_cache_mode = force_custom_plan as $$
declare
  subtree uuid[];
  written bigint;
begin
  with recursive below (id) as (select unnest(moved) union select s.id from scope s join below b on s.parent_id = b.id)
  select array_agg(id) into subtree from below;
  with recursive inside (id) as materialized (
    select unnest(subtree)
  ), edge (child, parent) as materialized (
    select s.id, e.parent from inside i join scope s on s.id = i.id
    left join scope k on k.id = kind_scope_id(s.kind)
    cross join lateral unnest(array[s.parent_id, k.id, case when s.is_public then '00000000-0000-7000-8000-000000000002'::uuid end]) e (parent)
    where e.parent is not null
  ), up (descendant, ancestor, depth) as (
    select id, id, 0 from inside
    union all
    select u.descendant, e.parent, u.depth + 1 from up u join edge e on e.child = u.ancestor
  ), pair as (
    select p.descendant, p.ancestor, min(p.depth) as depth from (
      select descendant, ancestor, depth from up
      union all
      select u.descendant, c.ancestor_id, u.depth + c.depth from up u join scope_closure c on c.descendant_id = u.ancestor
      where not exists (select from inside i where i.id = u.ancestor)
    ) p group by p.descendant, p.ancestor
  ), gone as (
    delete from scope_closure c where c.descendant_id = any(subtree)
    and not exists (select from pair p where p.descendant = c.descendant_id and p.ancestor = c.ancestor_id)
  ), kept as (
    insert into scope_closure (ancestor_id, descendant_id, depth) select ancestor, descendant, depth from pair
    on conflict (descendant_id, ancestor_id) do update set depth = excluded.depth where scope_closure.depth <> excluded.depth
    returning 1
  )
  select count(*) into written from kept;
  -- Access that is kept as rows (of callers with many grants) comes to hold what is new below it; of earlier access versions
  -- nobody asks for it any more. What is being put into rows at this moment is waited for: it could not know of this.
  perform pg_advisory_xact_lock(720934);
  insert into access_scope (set_id, slot, scope_id)
  select distinct a.set_id, a.slot, c.descendant_id
  from access_version v join access_set s on s.access_version = v.version join access_scope a on a.set_id = s.id
  join scope_closure c on c.ancestor_id = a.scope_id where c.descendant_id = any(subtree)
  on conflict do nothing;
  return written;
end $$;

-- The group of everyone who is signed in, under both names that upstream has for it; bindings name it without its being
-- created by anyone.
insert into user_group (id, name, namespace, revision, scope_id)
values ('00000000-0000-7000-8000-000000000001', 'system:authenticated', 'milo-system', nextval('catalog_revision'), '00000000-0000-7000-8000-000000000000'),
  ('00000000-0000-7000-8000-000000000004', 'system:authenticated-users', 'milo-system', nextval('catalog_revision'), '00000000-0000-7000-8000-000000000000');

-- Capture of changes (src/catalog/history): every statement on a kind's table notes what it touched, and the end of the
-- transaction turns the notes into changes.
--
--   statement ─► note_changes() ─► change_note (of this transaction) ─► recordChanges ─► change, change_set

insert into change_head (id) values (1);
alter table change_head add constraint change_head_one check (id = 1);

alter table change set (toast_tuple_target = 8160);

create function change_note_table() returns void language plpgsql as $$
begin
  if to_regclass('pg_temp.change_note') is null then
    create temporary table change_note (kind text not null, object_id uuid not null, operation text not null) on commit delete rows;
  end if;
end $$;

-- Argument: the kind. It is planned once for a connection and table, which a small write would notice otherwise.
create function note_changes() returns trigger language plpgsql as $$
begin
  perform change_note_table();
  insert into change_note select tg_argv[0], t.id, tg_op from touched t;
  return null;
end $$;

-- Rows of a link table touch the object they belong to. Arguments: the kind, and the column that holds the object's id.
create function note_changed_links() returns trigger language plpgsql as $$
begin
  perform change_note_table();
  execute format('insert into change_note select distinct $1, %I, ''UPDATE'' from touched', tg_argv[1]) using tg_argv[0];
  return null;
end $$;

-- What answers are made of beside the kinds' own tables, and is written in the same transactions. Argument: what it is remembered by.
create function note_touched() returns trigger language plpgsql as $$
begin
  if exists (select from touched) then
    perform change_note_table();
    insert into change_note values (tg_argv[0], '00000000-0000-0000-0000-000000000000', 'UPDATE');
  end if;
  return null;
end $$;
create trigger scope_insert_touched after insert on scope referencing new table as touched for each statement execute function note_touched('scope');
create trigger scope_update_touched after update on scope referencing new table as touched for each statement execute function note_touched('scope');
create trigger scope_delete_touched after delete on scope referencing old table as touched for each statement execute function note_touched('scope');
create trigger published_meter_insert_touched after insert on published_meter referencing new table as touched for each statement execute function note_touched('published_meter');
create trigger published_meter_update_touched after update on published_meter referencing new table as touched for each statement execute function note_touched('published_meter');
create trigger published_meter_delete_touched after delete on published_meter referencing old table as touched for each statement execute function note_touched('published_meter');
create trigger published_resource_type_insert_touched after insert on published_resource_type referencing new table as touched for each statement execute function note_touched('published_resource_type');
create trigger published_resource_type_update_touched after update on published_resource_type referencing new table as touched for each statement execute function note_touched('published_resource_type');
create trigger published_resource_type_delete_touched after delete on published_resource_type referencing old table as touched for each statement execute function note_touched('published_resource_type');

-- The kinds that the transaction has touched so far.
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

-- The scope, or the nearest one above it that still exists.
create function standing_scope(wanted uuid) returns uuid language sql stable as $$
  select case when exists (select from scope s where s.id = wanted) then wanted else (
    with recursive up (id, depth) as (
      select wanted, 0
      union all
      select f.parent_id, u.depth + 1 from up u join former_scope f on f.id = u.id where not exists (select from scope s where s.id = u.id)
    ) select coalesce((select u.id from up u join scope s on s.id = u.id order by u.depth limit 1), '00000000-0000-7000-8000-000000000000')
  ) end
$$;

-- What people change of a stored state: compared to say which fields differ.
create function state_content(state jsonb) returns jsonb language sql immutable as $$
  select jsonb_build_object('metadata', jsonb_build_object('labels', state -> 'labels', 'annotations', state -> 'annotations'),
    'spec', state -> 'spec', 'status', state -> 'status')
$$;

-- Every path at which two documents differ; lists are compared as a whole.
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

-- Generated by `npm run models` from the kind definitions in src/domains. Do not edit.

create trigger user_account_insert_noted after insert on user_account referencing new table as touched for each statement execute function note_changes('User');
create trigger user_account_update_noted after update on user_account referencing new table as touched for each statement execute function note_changes('User');
create trigger user_account_delete_noted after delete on user_account referencing old table as touched for each statement execute function note_changes('User');
create trigger user_deactivation_insert_noted after insert on user_deactivation referencing new table as touched for each statement execute function note_changes('UserDeactivation');
create trigger user_deactivation_update_noted after update on user_deactivation referencing new table as touched for each statement execute function note_changes('UserDeactivation');
create trigger user_deactivation_delete_noted after delete on user_deactivation referencing old table as touched for each statement execute function note_changes('UserDeactivation');
create trigger organization_insert_noted after insert on organization referencing new table as touched for each statement execute function note_changes('Organization');
create trigger organization_update_noted after update on organization referencing new table as touched for each statement execute function note_changes('Organization');
create trigger organization_delete_noted after delete on organization referencing old table as touched for each statement execute function note_changes('Organization');
create trigger project_insert_noted after insert on project referencing new table as touched for each statement execute function note_changes('Project');
create trigger project_update_noted after update on project referencing new table as touched for each statement execute function note_changes('Project');
create trigger project_delete_noted after delete on project referencing old table as touched for each statement execute function note_changes('Project');
create trigger service_account_insert_noted after insert on service_account referencing new table as touched for each statement execute function note_changes('ServiceAccount');
create trigger service_account_update_noted after update on service_account referencing new table as touched for each statement execute function note_changes('ServiceAccount');
create trigger service_account_delete_noted after delete on service_account referencing old table as touched for each statement execute function note_changes('ServiceAccount');
create trigger identity_link_insert_noted after insert on identity_link referencing new table as touched for each statement execute function note_changes('IdentityLink');
create trigger identity_link_update_noted after update on identity_link referencing new table as touched for each statement execute function note_changes('IdentityLink');
create trigger identity_link_delete_noted after delete on identity_link referencing old table as touched for each statement execute function note_changes('IdentityLink');
create trigger user_group_insert_noted after insert on user_group referencing new table as touched for each statement execute function note_changes('Group');
create trigger user_group_update_noted after update on user_group referencing new table as touched for each statement execute function note_changes('Group');
create trigger user_group_delete_noted after delete on user_group referencing old table as touched for each statement execute function note_changes('Group');
create trigger group_membership_insert_noted after insert on group_membership referencing new table as touched for each statement execute function note_changes('GroupMembership');
create trigger group_membership_update_noted after update on group_membership referencing new table as touched for each statement execute function note_changes('GroupMembership');
create trigger group_membership_delete_noted after delete on group_membership referencing old table as touched for each statement execute function note_changes('GroupMembership');
create trigger group_nesting_insert_noted after insert on group_nesting referencing new table as touched for each statement execute function note_changes('GroupNesting');
create trigger group_nesting_update_noted after update on group_nesting referencing new table as touched for each statement execute function note_changes('GroupNesting');
create trigger group_nesting_delete_noted after delete on group_nesting referencing old table as touched for each statement execute function note_changes('GroupNesting');
create trigger protected_resource_insert_noted after insert on protected_resource referencing new table as touched for each statement execute function note_changes('ProtectedResource');
create trigger protected_resource_update_noted after update on protected_resource referencing new table as touched for each statement execute function note_changes('ProtectedResource');
create trigger protected_resource_delete_noted after delete on protected_resource referencing old table as touched for each statement execute function note_changes('ProtectedResource');
create trigger role_insert_noted after insert on role referencing new table as touched for each statement execute function note_changes('Role');
create trigger role_update_noted after update on role referencing new table as touched for each statement execute function note_changes('Role');
create trigger role_delete_noted after delete on role referencing old table as touched for each statement execute function note_changes('Role');
create trigger policy_binding_insert_noted after insert on policy_binding referencing new table as touched for each statement execute function note_changes('PolicyBinding');
create trigger policy_binding_update_noted after update on policy_binding referencing new table as touched for each statement execute function note_changes('PolicyBinding');
create trigger policy_binding_delete_noted after delete on policy_binding referencing old table as touched for each statement execute function note_changes('PolicyBinding');
create trigger folder_insert_noted after insert on folder referencing new table as touched for each statement execute function note_changes('Folder');
create trigger folder_update_noted after update on folder referencing new table as touched for each statement execute function note_changes('Folder');
create trigger folder_delete_noted after delete on folder referencing old table as touched for each statement execute function note_changes('Folder');
create trigger project_placement_insert_noted after insert on project_placement referencing new table as touched for each statement execute function note_changes('ProjectPlacement');
create trigger project_placement_update_noted after update on project_placement referencing new table as touched for each statement execute function note_changes('ProjectPlacement');
create trigger project_placement_delete_noted after delete on project_placement referencing old table as touched for each statement execute function note_changes('ProjectPlacement');
create trigger organization_membership_insert_noted after insert on organization_membership referencing new table as touched for each statement execute function note_changes('OrganizationMembership');
create trigger organization_membership_update_noted after update on organization_membership referencing new table as touched for each statement execute function note_changes('OrganizationMembership');
create trigger organization_membership_delete_noted after delete on organization_membership referencing old table as touched for each statement execute function note_changes('OrganizationMembership');
create trigger project_suspension_insert_noted after insert on project_suspension referencing new table as touched for each statement execute function note_changes('ProjectSuspension');
create trigger project_suspension_update_noted after update on project_suspension referencing new table as touched for each statement execute function note_changes('ProjectSuspension');
create trigger project_suspension_delete_noted after delete on project_suspension referencing old table as touched for each statement execute function note_changes('ProjectSuspension');
create trigger service_insert_noted after insert on service referencing new table as touched for each statement execute function note_changes('Service');
create trigger service_update_noted after update on service referencing new table as touched for each statement execute function note_changes('Service');
create trigger service_delete_noted after delete on service referencing old table as touched for each statement execute function note_changes('Service');
create trigger service_configuration_insert_noted after insert on service_configuration referencing new table as touched for each statement execute function note_changes('ServiceConfiguration');
create trigger service_configuration_update_noted after update on service_configuration referencing new table as touched for each statement execute function note_changes('ServiceConfiguration');
create trigger service_configuration_delete_noted after delete on service_configuration referencing old table as touched for each statement execute function note_changes('ServiceConfiguration');
create trigger service_entitlement_insert_noted after insert on service_entitlement referencing new table as touched for each statement execute function note_changes('ServiceEntitlement');
create trigger service_entitlement_update_noted after update on service_entitlement referencing new table as touched for each statement execute function note_changes('ServiceEntitlement');
create trigger service_entitlement_delete_noted after delete on service_entitlement referencing old table as touched for each statement execute function note_changes('ServiceEntitlement');
create trigger service_consumer_insert_noted after insert on service_consumer referencing new table as touched for each statement execute function note_changes('ServiceConsumer');
create trigger service_consumer_update_noted after update on service_consumer referencing new table as touched for each statement execute function note_changes('ServiceConsumer');
create trigger service_consumer_delete_noted after delete on service_consumer referencing old table as touched for each statement execute function note_changes('ServiceConsumer');
create trigger service_activation_request_insert_noted after insert on service_activation_request referencing new table as touched for each statement execute function note_changes('ServiceActivationRequest');
create trigger service_activation_request_update_noted after update on service_activation_request referencing new table as touched for each statement execute function note_changes('ServiceActivationRequest');
create trigger service_activation_request_delete_noted after delete on service_activation_request referencing old table as touched for each statement execute function note_changes('ServiceActivationRequest');
create trigger service_availability_insert_noted after insert on service_availability referencing new table as touched for each statement execute function note_changes('ServiceAvailability');
create trigger service_availability_update_noted after update on service_availability referencing new table as touched for each statement execute function note_changes('ServiceAvailability');
create trigger service_availability_delete_noted after delete on service_availability referencing old table as touched for each statement execute function note_changes('ServiceAvailability');
create trigger service_listing_insert_noted after insert on service_listing referencing new table as touched for each statement execute function note_changes('ServiceListing');
create trigger service_listing_update_noted after update on service_listing referencing new table as touched for each statement execute function note_changes('ServiceListing');
create trigger service_listing_delete_noted after delete on service_listing referencing old table as touched for each statement execute function note_changes('ServiceListing');
create trigger consumer_portal_plugin_insert_noted after insert on consumer_portal_plugin referencing new table as touched for each statement execute function note_changes('ConsumerPortalPlugin');
create trigger consumer_portal_plugin_update_noted after update on consumer_portal_plugin referencing new table as touched for each statement execute function note_changes('ConsumerPortalPlugin');
create trigger consumer_portal_plugin_delete_noted after delete on consumer_portal_plugin referencing old table as touched for each statement execute function note_changes('ConsumerPortalPlugin');
create trigger provider_portal_plugin_insert_noted after insert on provider_portal_plugin referencing new table as touched for each statement execute function note_changes('ProviderPortalPlugin');
create trigger provider_portal_plugin_update_noted after update on provider_portal_plugin referencing new table as touched for each statement execute function note_changes('ProviderPortalPlugin');
create trigger provider_portal_plugin_delete_noted after delete on provider_portal_plugin referencing old table as touched for each statement execute function note_changes('ProviderPortalPlugin');
create trigger meter_definition_insert_noted after insert on meter_definition referencing new table as touched for each statement execute function note_changes('MeterDefinition');
create trigger meter_definition_update_noted after update on meter_definition referencing new table as touched for each statement execute function note_changes('MeterDefinition');
create trigger meter_definition_delete_noted after delete on meter_definition referencing old table as touched for each statement execute function note_changes('MeterDefinition');
create trigger meter_resource_type_insert_noted after insert on meter_resource_type referencing new table as touched for each statement execute function note_changed_links('MeterDefinition', 'meter_definition_id');
create trigger meter_resource_type_update_noted after update on meter_resource_type referencing new table as touched for each statement execute function note_changed_links('MeterDefinition', 'meter_definition_id');
create trigger meter_resource_type_delete_noted after delete on meter_resource_type referencing old table as touched for each statement execute function note_changed_links('MeterDefinition', 'meter_definition_id');
create trigger monitored_resource_type_insert_noted after insert on monitored_resource_type referencing new table as touched for each statement execute function note_changes('MonitoredResourceType');
create trigger monitored_resource_type_update_noted after update on monitored_resource_type referencing new table as touched for each statement execute function note_changes('MonitoredResourceType');
create trigger monitored_resource_type_delete_noted after delete on monitored_resource_type referencing old table as touched for each statement execute function note_changes('MonitoredResourceType');
create trigger service_pricing_insert_noted after insert on service_pricing referencing new table as touched for each statement execute function note_changes('ServicePricing');
create trigger service_pricing_update_noted after update on service_pricing referencing new table as touched for each statement execute function note_changes('ServicePricing');
create trigger service_pricing_delete_noted after delete on service_pricing referencing old table as touched for each statement execute function note_changes('ServicePricing');
create trigger resource_registration_insert_noted after insert on resource_registration referencing new table as touched for each statement execute function note_changes('ResourceRegistration');
create trigger resource_registration_update_noted after update on resource_registration referencing new table as touched for each statement execute function note_changes('ResourceRegistration');
create trigger resource_registration_delete_noted after delete on resource_registration referencing old table as touched for each statement execute function note_changes('ResourceRegistration');
create trigger claim_creation_policy_insert_noted after insert on claim_creation_policy referencing new table as touched for each statement execute function note_changes('ClaimCreationPolicy');
create trigger claim_creation_policy_update_noted after update on claim_creation_policy referencing new table as touched for each statement execute function note_changes('ClaimCreationPolicy');
create trigger claim_creation_policy_delete_noted after delete on claim_creation_policy referencing old table as touched for each statement execute function note_changes('ClaimCreationPolicy');
create trigger resource_grant_insert_noted after insert on resource_grant referencing new table as touched for each statement execute function note_changes('ResourceGrant');
create trigger resource_grant_update_noted after update on resource_grant referencing new table as touched for each statement execute function note_changes('ResourceGrant');
create trigger resource_grant_delete_noted after delete on resource_grant referencing old table as touched for each statement execute function note_changes('ResourceGrant');
create trigger region_insert_noted after insert on region referencing new table as touched for each statement execute function note_changes('Region');
create trigger region_update_noted after update on region referencing new table as touched for each statement execute function note_changes('Region');
create trigger region_delete_noted after delete on region referencing old table as touched for each statement execute function note_changes('Region');
create trigger region_state_insert_noted after insert on region_state referencing new table as touched for each statement execute function note_changes('RegionState');
create trigger region_state_update_noted after update on region_state referencing new table as touched for each statement execute function note_changes('RegionState');
create trigger region_state_delete_noted after delete on region_state referencing old table as touched for each statement execute function note_changes('RegionState');
create trigger service_runtime_insert_noted after insert on service_runtime referencing new table as touched for each statement execute function note_changes('ServiceRuntime');
create trigger service_runtime_update_noted after update on service_runtime referencing new table as touched for each statement execute function note_changes('ServiceRuntime');
create trigger service_runtime_delete_noted after delete on service_runtime referencing old table as touched for each statement execute function note_changes('ServiceRuntime');
create trigger service_version_insert_noted after insert on service_version referencing new table as touched for each statement execute function note_changes('ServiceVersion');
create trigger service_version_update_noted after update on service_version referencing new table as touched for each statement execute function note_changes('ServiceVersion');
create trigger service_version_delete_noted after delete on service_version referencing old table as touched for each statement execute function note_changes('ServiceVersion');
create trigger service_import_insert_noted after insert on service_import referencing new table as touched for each statement execute function note_changes('ServiceImport');
create trigger service_import_update_noted after update on service_import referencing new table as touched for each statement execute function note_changes('ServiceImport');
create trigger service_import_delete_noted after delete on service_import referencing old table as touched for each statement execute function note_changes('ServiceImport');
create trigger service_use_insert_noted after insert on service_use referencing new table as touched for each statement execute function note_changes('ServiceUse');
create trigger service_use_update_noted after update on service_use referencing new table as touched for each statement execute function note_changes('ServiceUse');
create trigger service_use_delete_noted after delete on service_use referencing old table as touched for each statement execute function note_changes('ServiceUse');
create trigger api_resource_insert_noted after insert on api_resource referencing new table as touched for each statement execute function note_changes('ApiResource');
create trigger api_resource_update_noted after update on api_resource referencing new table as touched for each statement execute function note_changes('ApiResource');
create trigger api_resource_delete_noted after delete on api_resource referencing old table as touched for each statement execute function note_changes('ApiResource');
create trigger provider_insert_noted after insert on provider referencing new table as touched for each statement execute function note_changes('Provider');
create trigger provider_update_noted after update on provider referencing new table as touched for each statement execute function note_changes('Provider');
create trigger provider_delete_noted after delete on provider referencing old table as touched for each statement execute function note_changes('Provider');
create trigger site_insert_noted after insert on site referencing new table as touched for each statement execute function note_changes('Site');
create trigger site_update_noted after update on site referencing new table as touched for each statement execute function note_changes('Site');
create trigger site_delete_noted after delete on site referencing old table as touched for each statement execute function note_changes('Site');
create trigger cluster_insert_noted after insert on cluster referencing new table as touched for each statement execute function note_changes('Cluster');
create trigger cluster_update_noted after update on cluster referencing new table as touched for each statement execute function note_changes('Cluster');
create trigger cluster_delete_noted after delete on cluster referencing old table as touched for each statement execute function note_changes('Cluster');
create trigger rack_insert_noted after insert on rack referencing new table as touched for each statement execute function note_changes('Rack');
create trigger rack_update_noted after update on rack referencing new table as touched for each statement execute function note_changes('Rack');
create trigger rack_delete_noted after delete on rack referencing old table as touched for each statement execute function note_changes('Rack');
create trigger node_insert_noted after insert on node referencing new table as touched for each statement execute function note_changes('Node');
create trigger node_update_noted after update on node referencing new table as touched for each statement execute function note_changes('Node');
create trigger node_delete_noted after delete on node referencing old table as touched for each statement execute function note_changes('Node');
create trigger deployment_insert_noted after insert on deployment referencing new table as touched for each statement execute function note_changes('Deployment');
create trigger deployment_update_noted after update on deployment referencing new table as touched for each statement execute function note_changes('Deployment');
create trigger deployment_delete_noted after delete on deployment referencing old table as touched for each statement execute function note_changes('Deployment');
create trigger network_device_insert_noted after insert on network_device referencing new table as touched for each statement execute function note_changes('NetworkDevice');
create trigger network_device_update_noted after update on network_device referencing new table as touched for each statement execute function note_changes('NetworkDevice');
create trigger network_device_delete_noted after delete on network_device referencing old table as touched for each statement execute function note_changes('NetworkDevice');
create trigger virtual_machine_insert_noted after insert on virtual_machine referencing new table as touched for each statement execute function note_changes('VirtualMachine');
create trigger virtual_machine_update_noted after update on virtual_machine referencing new table as touched for each statement execute function note_changes('VirtualMachine');
create trigger virtual_machine_delete_noted after delete on virtual_machine referencing old table as touched for each statement execute function note_changes('VirtualMachine');
create trigger port_insert_noted after insert on port referencing new table as touched for each statement execute function note_changes('Port');
create trigger port_update_noted after update on port referencing new table as touched for each statement execute function note_changes('Port');
create trigger port_delete_noted after delete on port referencing old table as touched for each statement execute function note_changes('Port');
create trigger pass_through_port_insert_noted after insert on pass_through_port referencing new table as touched for each statement execute function note_changes('PassThroughPort');
create trigger pass_through_port_update_noted after update on pass_through_port referencing new table as touched for each statement execute function note_changes('PassThroughPort');
create trigger pass_through_port_delete_noted after delete on pass_through_port referencing old table as touched for each statement execute function note_changes('PassThroughPort');
create trigger port_mapping_insert_noted after insert on port_mapping referencing new table as touched for each statement execute function note_changes('PortMapping');
create trigger port_mapping_update_noted after update on port_mapping referencing new table as touched for each statement execute function note_changes('PortMapping');
create trigger port_mapping_delete_noted after delete on port_mapping referencing old table as touched for each statement execute function note_changes('PortMapping');
create trigger cable_profile_insert_noted after insert on cable_profile referencing new table as touched for each statement execute function note_changes('CableProfile');
create trigger cable_profile_update_noted after update on cable_profile referencing new table as touched for each statement execute function note_changes('CableProfile');
create trigger cable_profile_delete_noted after delete on cable_profile referencing old table as touched for each statement execute function note_changes('CableProfile');
create trigger cable_insert_noted after insert on cable referencing new table as touched for each statement execute function note_changes('Cable');
create trigger cable_update_noted after update on cable referencing new table as touched for each statement execute function note_changes('Cable');
create trigger cable_delete_noted after delete on cable referencing old table as touched for each statement execute function note_changes('Cable');
create trigger link_insert_noted after insert on link referencing new table as touched for each statement execute function note_changes('Link');
create trigger link_update_noted after update on link referencing new table as touched for each statement execute function note_changes('Link');
create trigger link_delete_noted after delete on link referencing old table as touched for each statement execute function note_changes('Link');
create trigger circuit_insert_noted after insert on circuit referencing new table as touched for each statement execute function note_changes('Circuit');
create trigger circuit_update_noted after update on circuit referencing new table as touched for each statement execute function note_changes('Circuit');
create trigger circuit_delete_noted after delete on circuit referencing old table as touched for each statement execute function note_changes('Circuit');
create trigger device_slot_insert_noted after insert on device_slot referencing new table as touched for each statement execute function note_changes('DeviceSlot');
create trigger device_slot_update_noted after update on device_slot referencing new table as touched for each statement execute function note_changes('DeviceSlot');
create trigger device_slot_delete_noted after delete on device_slot referencing old table as touched for each statement execute function note_changes('DeviceSlot');

-- policy_binding_subject_one = SUBJECT_REQUIRED: a subject is exactly one principal
alter table policy_binding_subject add constraint policy_binding_subject_one check (num_nonnulls(user_account_id, user_group_id, service_account_id) = 1);
-- group_nesting_one_member = MEMBER_REQUIRED: a nesting has exactly one member
alter table group_nesting add constraint group_nesting_one_member check (num_nonnulls(member_user_group_id, member_service_account_id) = 1);
-- user_deactivation_once = ALREADY_DEACTIVATED: the person is deactivated already
create unique index user_deactivation_once on user_deactivation (user_id);
-- identity_link_one = ACCOUNT_REQUIRED: a link leads to exactly one account
alter table identity_link add constraint identity_link_one check (num_nonnulls(principal_user_account_id, principal_service_account_id) = 1);
-- identity_link_identity_key = ALREADY_LINKED: this subject of this issuer is linked already
alter table identity_link add constraint identity_link_identity_key unique (issuer, subject) deferrable initially deferred;

CREATE INDEX device_slot_chassis_equipment_id_idx ON public.device_slot USING btree (chassis_equipment_id, name collate natural_order, id) WHERE (chassis_equipment_id IS NOT NULL);

CREATE INDEX device_slot_occupant_equipment_id_idx ON public.device_slot USING btree (occupant_equipment_id, name collate natural_order, id) WHERE (occupant_equipment_id IS NOT NULL);

CREATE INDEX port_device_equipment_id_idx ON public.port USING btree (device_equipment_id, name collate natural_order, id) WHERE (device_equipment_id IS NOT NULL);

CREATE TRIGGER equipment_delete_noted AFTER DELETE ON public.equipment REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Equipment');

CREATE TRIGGER equipment_insert_noted AFTER INSERT ON public.equipment REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Equipment');

CREATE TRIGGER equipment_update_noted AFTER UPDATE ON public.equipment REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Equipment');

create extension if not exists btree_gist;

-- The units that placed devices take. Kept by the write pipeline; two simultaneous writers can never both win.
-- rack_unit_claim_free = UNITS_TAKEN: another device takes some of these units on this face of the rack
create table rack_unit_claim (
  rack_id uuid not null constraint rack_unit_claim_rack_id_fkey references rack (id) on delete restrict,
  face rack_face not null,
  units int4range not null,
  width int4range not null,
  node_id uuid constraint rack_unit_claim_node_id_fkey references node (id) on delete cascade,
  network_device_id uuid constraint rack_unit_claim_network_device_id_fkey references network_device (id) on delete cascade,
  equipment_id uuid constraint rack_unit_claim_equipment_id_fkey references equipment (id) on delete cascade,
  constraint rack_unit_claim_one_device check (num_nonnulls(node_id, network_device_id, equipment_id) = 1),
  constraint rack_unit_claim_free exclude using gist (rack_id with =, face with =, units with &&, width with &&)
);
create unique index rack_unit_claim_node_key on rack_unit_claim (node_id, face);
create unique index rack_unit_claim_network_device_key on rack_unit_claim (network_device_id, face);
create unique index rack_unit_claim_equipment_key on rack_unit_claim (equipment_id, face);

-- What devices take of racks: units in halves (U1 is [2, 4)), and of the width the left [0, 1), the right [1, 2) or both.
create view placed_device as
  select 'Node' as kind, id, name, placement_rack_id as rack_id, placement_face as face,
    int4range(2 * placement_start_unit, 2 * (placement_start_unit + placement_unit_height)) as units, int4range(0, 2) as width
  from node where placement_rack_id is not null
  union all
  select 'NetworkDevice', id, name, placement_rack_id, placement_face,
    int4range(2 * placement_start_unit, 2 * (placement_start_unit + placement_unit_height)), int4range(0, 2)
  from network_device where placement_rack_id is not null
  union all
  select 'Equipment', e.id, e.name, e.placement_rack_id, f.face,
    int4range((2 * e.placement_start_unit)::int, (2 * (e.placement_start_unit + e.placement_unit_height))::int),
    case e.placement_width when 'Left' then int4range(0, 1) when 'Right' then int4range(1, 2) else int4range(0, 2) end
  from equipment e cross join unnest(enum_range(null::rack_face)) f (face)
  where e.placement_rack_id is not null and e.placement_start_unit is not null and e.placement_unit_height > 0 and (e.depth = 'BothFaces' or f.face = e.placement_face);

-- cable_termination_connector_once = CONNECTOR_TAKEN: a connector of a cable holds one port
alter table cable_termination add constraint cable_termination_connector_once unique (cable_id, side, connector);

-- What takes a port: an end of a cable, or of a circuit that names the port itself.
create view port_taking as
  select cable_id as id, 'endpoints' as side, position, port_id, cable_id, null::uuid as circuit_id from cable_termination
  union all
  select id, 'aEnd', 0, a_end_port_id, null, id from circuit where a_end_port_id is not null
  union all
  select id, 'zEnd', 0, z_end_port_id, null, id from circuit where z_end_port_id is not null;

-- The ports that cables and circuits take. Kept by the write pipeline; deferred, so that cables can exchange ports.
-- It refers to nothing by constraints of its own, which would be checked for each row: those of the ends that it is made of
-- hold for it, and it goes with the cable or the circuit.
-- cabled_port_once = PORT_TAKEN: a port carries at most one cable or circuit
create table cabled_port (
  port_id uuid not null,
  cable_id uuid,
  circuit_id uuid,
  constraint cabled_port_one_cable check (num_nonnulls(cable_id, circuit_id) = 1),
  constraint cabled_port_once exclude using btree (port_id with =) include (cable_id) deferrable initially deferred
);
create index cabled_port_of_cable on cabled_port (cable_id) where cable_id is not null;
create index cabled_port_of_circuit on cabled_port (circuit_id) where circuit_id is not null;
create function release_ports() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'cable' then delete from cabled_port where cable_id in (select id from gone);
  else delete from cabled_port where circuit_id in (select id from gone);
  end if;
  return null;
end $$;
create trigger cable_ports_released after delete on cable referencing old table as gone for each statement execute function release_ports();
create trigger circuit_ports_released after delete on circuit referencing old table as gone for each statement execute function release_ports();
-- Free ports of a facility by type and line rate are counted without reading their rows, nor, for who may see no circuits, those of
-- `cabled_port`.
create index port_scope_type_speed on port (scope_id, type, speed_value, id);
-- port_one_device = DEVICE_REQUIRED: a port is on exactly one device
alter table port add constraint port_one_device check (num_nonnulls(device_node_id, device_network_device_id, device_rack_id, device_equipment_id) = 1);

-- Deferred, so that objects can exchange what is theirs alone; rules in src/domains/inventory name who collides with whom.
-- port_label_once = PORT_NAME_TAKEN: the device has a port of this name already
alter table port add constraint port_label_once
  exclude using btree ((coalesce(device_node_id, device_network_device_id, device_rack_id, device_equipment_id)) with =, port_label with =) deferrable initially deferred;
-- rack_label_once = RACK_NAME_TAKEN: the row has a rack of this name already
alter table rack add constraint rack_label_once
  exclude using btree (site_id with =, (coalesce(cage, '')) with =, (coalesce("row", '')) with =, (nullif(rack_label, '')) with =) deferrable initially deferred;
-- circuit_id_once = CIRCUIT_ID_TAKEN: the provider has a circuit of this id already
alter table circuit add constraint circuit_id_once
  exclude using btree (provider_id with =, nullif(circuit_id, '') with =) deferrable initially deferred;
-- pass_through_port_once = PORT_DECLARED_TWICE: the port is declared a pass-through port already
alter table pass_through_port add constraint pass_through_port_once exclude using btree (port_id with =) deferrable initially deferred;
-- port_mapping_front_once = POSITION_MAPPED: this position of the front port is mapped already
alter table port_mapping add constraint port_mapping_front_once
  exclude using btree (front_port_id with =, front_position with =) deferrable initially deferred;
-- port_mapping_rear_once = POSITION_MAPPED: this position of the rear port is mapped already
alter table port_mapping add constraint port_mapping_rear_once
  exclude using btree (rear_port_id with =, rear_position with =) deferrable initially deferred;
-- device_slot_name_once = SLOT_NAME_TAKEN: the chassis has a slot of this name already
alter table device_slot add constraint device_slot_name_once
  exclude using btree ((coalesce(chassis_node_id, chassis_network_device_id, chassis_equipment_id)) with =, slot with =) deferrable initially deferred;
-- device_slot_occupant_node_once = OCCUPANT_ELSEWHERE: the device sits in another slot
alter table device_slot add constraint device_slot_occupant_node_once exclude using btree (occupant_node_id with =) deferrable initially deferred;
-- device_slot_occupant_network_device_once = OCCUPANT_ELSEWHERE: the device sits in another slot
alter table device_slot add constraint device_slot_occupant_network_device_once
  exclude using btree (occupant_network_device_id with =) deferrable initially deferred;
-- device_slot_occupant_equipment_once = OCCUPANT_ELSEWHERE: the device sits in another slot
alter table device_slot add constraint device_slot_occupant_equipment_once exclude using btree (occupant_equipment_id with =) deferrable initially deferred;

alter table circuit add constraint circuit_one_a_end check (num_nonnulls(a_end_site_id, a_end_port_id) <= 1);
alter table circuit add constraint circuit_one_z_end check (num_nonnulls(z_end_site_id, z_end_port_id) <= 1);
alter table link_endpoint add constraint link_endpoint_one_target check (num_nonnulls(site_id, cluster_id, network_device_id) = 1);

-- The profiles of cables that are common, for every catalog: reference/cable-trace.md 1.1. Everyone who is signed in may read
-- them, nobody changes them; src/domains/inventory/built-in-profiles.ts knows them by how their ids begin.
with shape (family, c, p) as (
  select 'single', 1, unnest('{1,2,4,6,8,12,16}'::int[])
  union all select 'trunk', 2, unnest('{1,2,4,6,8,12}'::int[])
  union all select 'trunk', 4, unnest('{1,2,4,6,8}'::int[])
  union all select 'trunk', 8, 4
  union all select 'breakout', 1, unnest('{2,4,6,8}'::int[])
), straight as (
  select family || '-' || c || 'c' || p || 'p' || case family when 'breakout' then '-' || p || 'c1p' else '' end as name,
    c as a_connectors, p as a_positions, case family when 'breakout' then p else c end as b_connectors,
    case family when 'breakout' then 1 else p end as b_positions,
    case family when 'breakout' then (select string_agg('1.' || leg || '=' || leg || '.1', ' ' order by leg) from generate_series(1, p) leg) end as wires
  from shape
), built_in as (
  select *, row_number() over () as place from (
    select * from straight
    union all select 'trunk-2c4p-shuffle', 2, 4, 2, 4, '1.1=1.1 1.2=1.2 1.3=2.1 1.4=2.2 2.1=1.3 2.2=1.4 2.3=2.3 2.4=2.4'
    union all select 'trunk-4c4p-shuffle', 4, 4, 4, 4,
      (select string_agg(i || '.' || j || '=' || j || '.' || i, ' ' order by i, j) from generate_series(1, 4) i, generate_series(1, 4) j)
    union all select 'breakout-2c4p-8c1p-shuffle', 2, 4, 8, 1, '1.1=1.1 1.2=2.1 1.3=5.1 1.4=6.1 2.1=3.1 2.2=4.1 2.3=7.1 2.4=8.1'
  ) every
)
insert into cable_profile (id, name, revision, scope_id, a_connectors, a_positions, b_connectors, b_positions, wiring)
select ('00000000-0000-7000-8000-0001' || lpad(place::text, 8, '0'))::uuid, name, nextval('catalog_revision'),
  '00000000-0000-7000-8000-000000000002', a_connectors, a_positions, b_connectors, b_positions,
  (select jsonb_agg(jsonb_build_object('a', split_part(wire, '=', 1), 'b', split_part(wire, '=', 2)) order by n)
   from unnest(string_to_array(wires, ' ')) with ordinality w (wire, n))
from built_in order by place;

-- meter_definition_own_name = DUPLICATE_NAME: a meter has this object name already
CREATE UNIQUE INDEX meter_definition_own_name ON meter_definition (api_group, name);

-- Deferred: the domain's own rules name the two that collide.
-- meter_definition_one_of_a_name = DUPLICATE_METER_NAME: there is a meter of this name already
ALTER TABLE meter_definition ADD CONSTRAINT meter_definition_one_of_a_name EXCLUDE USING btree (meter_name WITH =) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX meter_definition_in_force ON meter_definition (service_id, name, id) WHERE in_force;
CREATE INDEX meter_definition_by_named_types ON meter_definition USING gin (monitored_resource_types) WHERE configuration_id IS NULL;

-- monitored_resource_type_own_name = DUPLICATE_NAME: a resource type has this object name already
CREATE UNIQUE INDEX monitored_resource_type_own_name ON monitored_resource_type (api_group, name);

-- monitored_resource_type_one_of_a_name = DUPLICATE_RESOURCE_TYPE_NAME: there is a resource type of this name already
ALTER TABLE monitored_resource_type ADD CONSTRAINT monitored_resource_type_one_of_a_name EXCLUDE USING btree (resource_type_name WITH =) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX monitored_resource_type_by_kind ON monitored_resource_type (gvk_group, gvk_kind);
CREATE INDEX monitored_resource_type_in_force ON monitored_resource_type (service_id, name, id) WHERE in_force;

-- The foreign key of the link table comes from the schema; this is what its refusal means.
-- meter_resource_type_monitored_resource_type_id_fkey = REFERENCED: meters still name this resource type

CREATE INDEX resource_registration_by_claiming_kind ON resource_registration USING gin (claiming_resources jsonb_path_ops);

-- Past states in the order of their canonical names (src/domains/metering/published-name.ts).
CREATE INDEX change_meter_name_idx ON change ((state #>> '{spec,meterName}'), object_id, position) WHERE kind = 'MeterDefinition';
CREATE INDEX change_resource_type_name_idx ON change ((state #>> '{spec,resourceTypeName}'), object_id, position) WHERE kind = 'MonitoredResourceType';

-- service_pricing_own_name = DUPLICATE_NAME: a price has this object name already
CREATE UNIQUE INDEX service_pricing_own_name ON service_pricing (namespace, name);

-- claim_creation_policy_own_name = DUPLICATE_NAME: a claim policy has this object name already
CREATE UNIQUE INDEX claim_creation_policy_own_name ON claim_creation_policy (name);

-- resource_grant_own_name = DUPLICATE_NAME: the project has a grant of this object name already
CREATE UNIQUE INDEX resource_grant_own_name ON resource_grant (project_id, namespace, name);

-- Deferred: what is stated by hand takes the place of what follows from a configuration, which goes before the end.
-- resource_registration_one_of_a_name = DUPLICATE_NAME: a registration has this object name already
ALTER TABLE resource_registration ADD CONSTRAINT resource_registration_one_of_a_name EXCLUDE USING btree (name WITH =) DEFERRABLE INITIALLY DEFERRED;

-- resource_registration_one_of_a_type = DUPLICATE_RESOURCE_TYPE: there is a registration of this resource type already
ALTER TABLE resource_registration ADD CONSTRAINT resource_registration_one_of_a_type EXCLUDE USING btree (resource_type WITH =) DEFERRABLE INITIALLY DEFERRED;

-- Generated by `npm run models` from the kind definitions in src/domains. Do not edit.

create index identity_link_principal_user_account_id_idx on identity_link (principal_user_account_id, name, id) where principal_user_account_id is not null;
create index identity_link_principal_service_account_id_idx on identity_link (principal_service_account_id, name, id) where principal_service_account_id is not null;
create index group_nesting_member_user_group_id_idx on group_nesting (member_user_group_id, name, id) where member_user_group_id is not null;
create index group_nesting_member_service_account_id_idx on group_nesting (member_service_account_id, name, id) where member_service_account_id is not null;
create index policy_binding_subject_user_account_id_idx on policy_binding_subject (user_account_id, policy_binding_id) where user_account_id is not null;
create index policy_binding_subject_user_group_id_idx on policy_binding_subject (user_group_id, policy_binding_id) where user_group_id is not null;
create index policy_binding_subject_service_account_id_idx on policy_binding_subject (service_account_id, policy_binding_id) where service_account_id is not null;
create index deployment_runs_on_site_id_idx on deployment_runs_on (site_id, deployment_id) where site_id is not null;
create index deployment_runs_on_cluster_id_idx on deployment_runs_on (cluster_id, deployment_id) where cluster_id is not null;
create index deployment_runs_on_node_id_idx on deployment_runs_on (node_id, deployment_id) where node_id is not null;
create index port_device_node_id_idx on port (device_node_id, name collate natural_order, id) where device_node_id is not null;
create index port_device_network_device_id_idx on port (device_network_device_id, name collate natural_order, id) where device_network_device_id is not null;
create index port_device_rack_id_idx on port (device_rack_id, name collate natural_order, id) where device_rack_id is not null;
create index link_endpoint_site_id_idx on link_endpoint (site_id, link_id) where site_id is not null;
create index link_endpoint_cluster_id_idx on link_endpoint (cluster_id, link_id) where cluster_id is not null;
create index link_endpoint_network_device_id_idx on link_endpoint (network_device_id, link_id) where network_device_id is not null;
create index circuit_a_end_site_id_idx on circuit (a_end_site_id, name, id) where a_end_site_id is not null;
create index circuit_a_end_port_id_idx on circuit (a_end_port_id, name, id) where a_end_port_id is not null;
create index circuit_z_end_site_id_idx on circuit (z_end_site_id, name, id) where z_end_site_id is not null;
create index circuit_z_end_port_id_idx on circuit (z_end_port_id, name, id) where z_end_port_id is not null;
create index device_slot_chassis_node_id_idx on device_slot (chassis_node_id, name collate natural_order, id) where chassis_node_id is not null;
create index device_slot_chassis_network_device_id_idx on device_slot (chassis_network_device_id, name collate natural_order, id) where chassis_network_device_id is not null;
create index device_slot_occupant_node_id_idx on device_slot (occupant_node_id, name collate natural_order, id) where occupant_node_id is not null;
create index device_slot_occupant_network_device_id_idx on device_slot (occupant_network_device_id, name collate natural_order, id) where occupant_network_device_id is not null;

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

-- Deferred to the end of the transaction: until then the domain's own rules name who collides with whom.

-- service_dependency_once = DUPLICATE_DEPENDENCY: a service names each of its dependencies once
ALTER TABLE service_dependency ADD CONSTRAINT service_dependency_once EXCLUDE USING btree (dependent_service_id WITH =, service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_dependency_not_itself = DEPENDENCY_CYCLE: a service cannot depend on itself
ALTER TABLE service_dependency ADD CONSTRAINT service_dependency_not_itself CHECK (dependent_service_id <> service_id);

-- service_entitlement_once_per_project = DUPLICATE_ENTITLEMENT: a project has at most one entitlement to a service
ALTER TABLE service_entitlement ADD CONSTRAINT service_entitlement_once_per_project EXCLUDE USING btree (project_id WITH =, service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_entitlement_own_name = DUPLICATE_NAME: the project has an entitlement of this name already
CREATE UNIQUE INDEX service_entitlement_own_name ON service_entitlement (project_id, name);

-- service_consumer_once_per_project = DUPLICATE_CONSUMER: a provider has at most one record of a project consuming a service
ALTER TABLE service_consumer ADD CONSTRAINT service_consumer_once_per_project EXCLUDE USING btree (project_id WITH =, service_id WITH =, consumer_project_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- service_configuration_revision_number = REVISION_NUMBER: a service has one revision of each number
CREATE UNIQUE INDEX service_configuration_revision_number ON service_configuration (service_id, revision_number);

-- Limits by their name and by their metric.
CREATE INDEX service_configuration_by_limits ON service_configuration USING gin (quota_limits jsonb_path_ops);

-- service_listing_once = DUPLICATE_LISTING: a service has at most one listing
ALTER TABLE service_listing ADD CONSTRAINT service_listing_once EXCLUDE USING btree (service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

-- consumer_portal_plugin_own_name = DUPLICATE_NAME: a plugin has this object name already
CREATE UNIQUE INDEX consumer_portal_plugin_own_name ON consumer_portal_plugin (name);

-- provider_portal_plugin_own_name = DUPLICATE_NAME: a plugin has this object name already
CREATE UNIQUE INDEX provider_portal_plugin_own_name ON provider_portal_plugin (name);

-- project_placement_project_key = PROJECT_PLACED_TWICE: the project stands in a folder already
create unique index project_placement_project_key on project_placement (project_id);
CREATE OR REPLACE FUNCTION public.service_version_release()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  part text[] := regexp_match(new.version, '^v(\d+)(?:(alpha|beta)(\d+))?$');
begin
  new.stage := case part[2] when 'alpha' then 'Alpha' when 'beta' then 'Beta' else 'Stable' end;
  new.release_order := part[1]::bigint * 3000000
    + case part[2] when 'alpha' then 0 when 'beta' then 1000000 else 2000000 end + coalesce(part[3]::bigint, 0);
  return new;
end $function$
;

CREATE TRIGGER service_version_released BEFORE INSERT ON public.service_version FOR EACH ROW EXECUTE FUNCTION service_version_release();

-- CreateEnum
CREATE TYPE "offer_launch_stage" AS ENUM ('Draft', 'GA');

-- CreateTable
CREATE TABLE "offer" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "charge_types" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "launch_stage" "offer_launch_stage" NOT NULL,
    "service_pricing_refs" JSONB,
    "service_pricings" JSONB,
    "published_at" TIMESTAMPTZ(6),

    CONSTRAINT "offer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "offer_scope_idx" ON "offer"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "offer_order_idx" ON "offer"("name", "id");

-- CreateIndex
CREATE INDEX "offer_labels_idx" ON "offer" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "offer_name_key" ON "offer"("name");

-- CreateIndex
CREATE INDEX "service_configuration_default_offer_id_idx" ON "service_configuration"("default_offer_id", "name", "id");

-- AddForeignKey
ALTER TABLE "offer" ADD CONSTRAINT "offer_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_configuration" ADD CONSTRAINT "service_configuration_default_offer_id_fkey" FOREIGN KEY ("default_offer_id") REFERENCES "offer"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TRIGGER offer_delete_noted AFTER DELETE ON public.offer REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Offer');

CREATE TRIGGER offer_insert_noted AFTER INSERT ON public.offer REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Offer');

CREATE TRIGGER offer_update_noted AFTER UPDATE ON public.offer REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Offer');
-- AlterTable
ALTER TABLE "deployment" ADD COLUMN     "conditions" JSONB,
ADD COLUMN     "service_account_id" UUID;

-- CreateTable
CREATE TABLE "deployment_report" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "deployment_id" UUID NOT NULL,
    "conditions" JSONB,
    "available_upgrade" JSONB,
    "upgrade" JSONB,
    "data_tasks" JSONB,

    CONSTRAINT "deployment_report_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "deployment_report_scope_idx" ON "deployment_report"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "deployment_report_order_idx" ON "deployment_report"("name", "id");

-- CreateIndex
CREATE INDEX "deployment_report_labels_idx" ON "deployment_report" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "deployment_report_deployment_id_idx" ON "deployment_report"("deployment_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "deployment_report_name_key" ON "deployment_report"("name");

-- CreateIndex
CREATE INDEX "deployment_service_account_id_idx" ON "deployment"("service_account_id", "name", "id");

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_service_account_id_fkey" FOREIGN KEY ("service_account_id") REFERENCES "service_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment_report" ADD CONSTRAINT "deployment_report_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "deployment_report" ADD CONSTRAINT "deployment_report_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TRIGGER deployment_report_delete_noted AFTER DELETE ON public.deployment_report REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('DeploymentReport');

CREATE TRIGGER deployment_report_insert_noted AFTER INSERT ON public.deployment_report REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('DeploymentReport');

CREATE TRIGGER deployment_report_update_noted AFTER UPDATE ON public.deployment_report REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('DeploymentReport');

-- CreateTable
CREATE TABLE "feed_progress" (
    "consumer_id" UUID NOT NULL,
    "epoch" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "reported_at" TIMESTAMPTZ(6) NOT NULL,
    "failure_count" INTEGER NOT NULL,
    "failures" JSONB NOT NULL,

    CONSTRAINT "feed_progress_pkey" PRIMARY KEY ("consumer_id")
);

-- CreateTable
CREATE TABLE "feed_consumer" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_account_id" UUID NOT NULL,
    "description" TEXT,
    "max_lag_seconds" INTEGER NOT NULL,

    CONSTRAINT "feed_consumer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "feed_consumer_scope_idx" ON "feed_consumer"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "feed_consumer_order_idx" ON "feed_consumer"("name", "id");

-- CreateIndex
CREATE INDEX "feed_consumer_labels_idx" ON "feed_consumer" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "feed_consumer_service_account_id_idx" ON "feed_consumer"("service_account_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "feed_consumer_name_key" ON "feed_consumer"("name");

-- AddForeignKey
ALTER TABLE "feed_consumer" ADD CONSTRAINT "feed_consumer_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "feed_consumer" ADD CONSTRAINT "feed_consumer_service_account_id_fkey" FOREIGN KEY ("service_account_id") REFERENCES "service_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

alter table feed_progress add constraint feed_progress_consumer_id_fkey FOREIGN KEY (consumer_id) REFERENCES feed_consumer(id) ON DELETE CASCADE;

CREATE TRIGGER feed_consumer_delete_noted AFTER DELETE ON public.feed_consumer REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('FeedConsumer');

CREATE TRIGGER feed_consumer_insert_noted AFTER INSERT ON public.feed_consumer REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('FeedConsumer');

CREATE TRIGGER feed_consumer_update_noted AFTER UPDATE ON public.feed_consumer REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('FeedConsumer');

-- CreateTable
CREATE TABLE "configuration_activation" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "configuration_id" UUID,
    "revision_number" INTEGER NOT NULL,
    "activated_at" TIMESTAMPTZ(6) NOT NULL,
    "deactivated_at" TIMESTAMPTZ(6),
    "activated_by" TEXT,

    CONSTRAINT "configuration_activation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "configuration_activation_scope_idx" ON "configuration_activation"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "configuration_activation_order_idx" ON "configuration_activation"("name", "id");

-- CreateIndex
CREATE INDEX "configuration_activation_labels_idx" ON "configuration_activation" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "configuration_activation_service_id_idx" ON "configuration_activation"("service_id", "name", "id");

-- CreateIndex
CREATE INDEX "configuration_activation_configuration_id_idx" ON "configuration_activation"("configuration_id", "name", "id");

-- AddForeignKey
ALTER TABLE "configuration_activation" ADD CONSTRAINT "configuration_activation_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "configuration_activation" ADD CONSTRAINT "configuration_activation_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "configuration_activation" ADD CONSTRAINT "configuration_activation_configuration_id_fkey" FOREIGN KEY ("configuration_id") REFERENCES "service_configuration"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

alter table configuration_activation add constraint configuration_activation_in_order CHECK (((deactivated_at IS NULL) OR (deactivated_at >= activated_at)));

CREATE UNIQUE INDEX configuration_activation_one_open ON public.configuration_activation USING btree (service_id) WHERE (deactivated_at IS NULL);

CREATE UNIQUE INDEX configuration_activation_own_name ON public.configuration_activation USING btree (name);

CREATE TRIGGER configuration_activation_delete_noted AFTER DELETE ON public.configuration_activation REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ConfigurationActivation');

CREATE TRIGGER configuration_activation_insert_noted AFTER INSERT ON public.configuration_activation REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ConfigurationActivation');

CREATE TRIGGER configuration_activation_update_noted AFTER UPDATE ON public.configuration_activation REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ConfigurationActivation');

CREATE OR REPLACE FUNCTION public.hosts_of(domain text, labelled jsonb)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select array_agg(split_part(d.domain, ':', 1)) from (
    select hosts_of.domain
    union all
    select l.entry #>> '{}' from jsonb_path_query(labelled, '$[*].domain') l (entry)) d
$function$
;

CREATE INDEX deployment_hosts ON public.deployment USING gin (hosts_of(public_domain, labelled_domains));

CREATE INDEX service_runtime_core ON public.service_runtime USING btree (service_id) WHERE core;

CREATE INDEX service_runtime_hosts ON public.service_runtime USING gin (hosts_of(global_domain, labelled_domains));

-- CreateEnum
CREATE TYPE "asset_status" AS ENUM ('Planned', 'Staged', 'Active', 'Offline', 'Decommissioning');

-- CreateTable
CREATE TABLE "asset" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "device_node_id" UUID,
    "device_network_device_id" UUID,
    "device_equipment_id" UUID,
    "device_rack_id" UUID,
    "manufacturer" TEXT,
    "model" TEXT,
    "part_number" TEXT,
    "serial" TEXT,
    "asset_tag" TEXT,
    "status" "asset_status" NOT NULL,
    "owner_id" UUID,
    "contacts" JSONB,
    "external_links" JSONB,

    CONSTRAINT "asset_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "asset_scope_idx" ON "asset"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "asset_order_idx" ON "asset"("name", "id");

-- CreateIndex
CREATE INDEX "asset_labels_idx" ON "asset" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "asset_owner_id_idx" ON "asset"("owner_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "asset_name_key" ON "asset"("name");

-- AddForeignKey
ALTER TABLE "asset" ADD CONSTRAINT "asset_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "asset" ADD CONSTRAINT "asset_device_node_id_fkey" FOREIGN KEY ("device_node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "asset" ADD CONSTRAINT "asset_device_network_device_id_fkey" FOREIGN KEY ("device_network_device_id") REFERENCES "network_device"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "asset" ADD CONSTRAINT "asset_device_equipment_id_fkey" FOREIGN KEY ("device_equipment_id") REFERENCES "equipment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "asset" ADD CONSTRAINT "asset_device_rack_id_fkey" FOREIGN KEY ("device_rack_id") REFERENCES "rack"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "asset" ADD CONSTRAINT "asset_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

alter table asset add constraint asset_device_once EXCLUDE USING btree (COALESCE(device_node_id, device_network_device_id, device_equipment_id, device_rack_id) WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table asset add constraint asset_serial_once EXCLUDE USING btree (serial WITH =, manufacturer WITH =, COALESCE(model, ''::text) WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table asset add constraint asset_tag_once EXCLUDE USING btree (asset_tag WITH =) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX asset_device_equipment_id_idx ON public.asset USING btree (device_equipment_id, name, id) WHERE (device_equipment_id IS NOT NULL);

CREATE INDEX asset_device_network_device_id_idx ON public.asset USING btree (device_network_device_id, name, id) WHERE (device_network_device_id IS NOT NULL);

CREATE INDEX asset_device_node_id_idx ON public.asset USING btree (device_node_id, name, id) WHERE (device_node_id IS NOT NULL);

CREATE INDEX asset_device_rack_id_idx ON public.asset USING btree (device_rack_id, name, id) WHERE (device_rack_id IS NOT NULL);

CREATE TRIGGER asset_delete_noted AFTER DELETE ON public.asset REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Asset');

CREATE TRIGGER asset_insert_noted AFTER INSERT ON public.asset REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Asset');

CREATE TRIGGER asset_update_noted AFTER UPDATE ON public.asset REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Asset');

-- AlterTable
ALTER TABLE "equipment" ADD COLUMN     "rack_id" UUID;

-- AlterTable
ALTER TABLE "network_device" ADD COLUMN     "rack_id" UUID;

-- AlterTable
ALTER TABLE "node" ADD COLUMN     "rack_id" UUID;

-- CreateIndex
CREATE INDEX "equipment_rack_id_idx" ON "equipment"("rack_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "network_device_rack_id_idx" ON "network_device"("rack_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "node_rack_id_idx" ON "node"("rack_id", "name" COLLATE natural_order, "id");

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_rack_id_fkey" FOREIGN KEY ("rack_id") REFERENCES "rack"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "network_device" ADD CONSTRAINT "network_device_rack_id_fkey" FOREIGN KEY ("rack_id") REFERENCES "rack"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "equipment" ADD CONSTRAINT "equipment_rack_id_fkey" FOREIGN KEY ("rack_id") REFERENCES "rack"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

create view device_seat as
  select id as slot_id, coalesce(chassis_node_id, chassis_network_device_id, chassis_equipment_id) as chassis_id,
    coalesce(occupant_node_id, occupant_network_device_id, occupant_equipment_id) as occupant_id
  from device_slot where num_nonnulls(occupant_node_id, occupant_network_device_id, occupant_equipment_id) = 1;
-- AlterTable
ALTER TABLE "held_name" ADD COLUMN     "holder" UUID;

-- CreateTable
CREATE TABLE "region_policy" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "default_control_region_id" UUID NOT NULL,
    "exclusions" JSONB,

    CONSTRAINT "region_policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "region_policy_region" (
    "region_policy_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "region_id" UUID NOT NULL,

    CONSTRAINT "region_policy_region_pkey" PRIMARY KEY ("region_policy_id","position")
);

-- CreateTable
CREATE TABLE "service_reservation" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "service_name" TEXT NOT NULL,
    "project_id" UUID NOT NULL,
    "admin_account_id" UUID NOT NULL,

    CONSTRAINT "service_reservation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "region_policy_scope_idx" ON "region_policy"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "region_policy_order_idx" ON "region_policy"("name", "id");

-- CreateIndex
CREATE INDEX "region_policy_labels_idx" ON "region_policy" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "region_policy_project_id_idx" ON "region_policy"("project_id", "name", "id");

-- CreateIndex
CREATE INDEX "region_policy_default_control_region_id_idx" ON "region_policy"("default_control_region_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "region_policy_name_key" ON "region_policy"("name");

-- CreateIndex
CREATE INDEX "region_policy_region_region_id_idx" ON "region_policy_region"("region_id", "region_policy_id");

-- CreateIndex
CREATE INDEX "service_reservation_scope_idx" ON "service_reservation"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_reservation_order_idx" ON "service_reservation"("name", "id");

-- CreateIndex
CREATE INDEX "service_reservation_labels_idx" ON "service_reservation" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "service_reservation_project_id_idx" ON "service_reservation"("project_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_reservation_admin_account_id_idx" ON "service_reservation"("admin_account_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_reservation_name_key" ON "service_reservation"("name");

-- AddForeignKey
ALTER TABLE "region_policy" ADD CONSTRAINT "region_policy_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "region_policy" ADD CONSTRAINT "region_policy_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "region_policy" ADD CONSTRAINT "region_policy_default_control_region_id_fkey" FOREIGN KEY ("default_control_region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "region_policy_region" ADD CONSTRAINT "region_policy_region_region_policy_id_fkey" FOREIGN KEY ("region_policy_id") REFERENCES "region_policy"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "region_policy_region" ADD CONSTRAINT "region_policy_region_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_reservation" ADD CONSTRAINT "service_reservation_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_reservation" ADD CONSTRAINT "service_reservation_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_reservation" ADD CONSTRAINT "service_reservation_admin_account_id_fkey" FOREIGN KEY ("admin_account_id") REFERENCES "service_account"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE OR REPLACE FUNCTION public.release_order(version text)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select part[1]::bigint * 3000000
    + case part[2] when 'alpha' then 0 when 'beta' then 1000000 else 2000000 end + coalesce(part[3]::bigint, 0)
  from regexp_match(release_order.version, '^v(\d+)(?:(alpha|beta)(\d+))?$') part
$function$
;

CREATE OR REPLACE FUNCTION public.service_version_release()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  part text[] := regexp_match(new.version, '^v(\d+)(?:(alpha|beta)(\d+))?$');
begin
  new.stage := case part[2] when 'alpha' then 'Alpha' when 'beta' then 'Beta' else 'Stable' end;
  new.release_order := release_order(new.version);
  return new;
end $function$
;

CREATE TRIGGER region_policy_delete_noted AFTER DELETE ON public.region_policy REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('RegionPolicy');

CREATE TRIGGER region_policy_insert_noted AFTER INSERT ON public.region_policy REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('RegionPolicy');

CREATE TRIGGER region_policy_update_noted AFTER UPDATE ON public.region_policy REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('RegionPolicy');

CREATE TRIGGER service_reservation_delete_noted AFTER DELETE ON public.service_reservation REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ServiceReservation');

CREATE TRIGGER service_reservation_insert_noted AFTER INSERT ON public.service_reservation REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ServiceReservation');

CREATE TRIGGER service_reservation_update_noted AFTER UPDATE ON public.service_reservation REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ServiceReservation');
-- AlterTable
ALTER TABLE "published_meter" ADD COLUMN     "deleted_at" TIMESTAMPTZ(6),
ADD COLUMN     "deleted_row" JSONB,
ADD COLUMN     "deleted_service" JSONB;

-- AlterTable
ALTER TABLE "published_resource_type" ADD COLUMN     "deleted_at" TIMESTAMPTZ(6),
ADD COLUMN     "deleted_row" JSONB,
ADD COLUMN     "deleted_service" JSONB;

CREATE OR REPLACE FUNCTION public.meter_definition_keep()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update published_meter h set deleted_at = write_instant(), deleted_row = to_jsonb(o), deleted_service = to_jsonb(s)
  from old_rows o join service s on s.id = o.service_id where h.meter_name = o.meter_name and o.phase <> 'Draft';
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION public.monitored_resource_type_keep()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update published_resource_type h set deleted_at = write_instant(), deleted_row = to_jsonb(o), deleted_service = to_jsonb(s)
  from old_rows o join service s on s.id = o.service_id where h.resource_type_name = o.resource_type_name and o.phase <> 'Draft';
  return null;
end $function$
;

CREATE TRIGGER meter_definition_gone AFTER DELETE ON public.meter_definition REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION meter_definition_keep();

CREATE TRIGGER monitored_resource_type_gone AFTER DELETE ON public.monitored_resource_type REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION monitored_resource_type_keep();


-- CreateEnum
CREATE TYPE "power_role" AS ENUM ('Outlet', 'Inlet', 'Feed');

-- CreateEnum
CREATE TYPE "power_leg" AS ENUM ('A', 'B', 'C');

-- CreateEnum
CREATE TYPE "circuit_side" AS ENUM ('A', 'Z');

-- CreateEnum
CREATE TYPE "circuit_termination_status" AS ENUM ('Planned', 'Provisioning', 'Active', 'Offline', 'Decommissioning');

-- CreateTable
CREATE TABLE "power_port" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "port_id" UUID NOT NULL,
    "power_role" "power_role" NOT NULL,
    "power_feed" TEXT,
    "inlet_id" UUID,
    "power_leg" "power_leg",
    "voltage" INTEGER,
    "amps_rated" INTEGER,
    "rated_watts" INTEGER,
    "allocated_watts" INTEGER,

    CONSTRAINT "power_port_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "unit_reservation" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "rack_id" UUID NOT NULL,
    "start_unit" DOUBLE PRECISION NOT NULL,
    "unit_height" DOUBLE PRECISION NOT NULL,
    "face" "rack_face",
    "requested_by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "until" TIMESTAMPTZ(6),

    CONSTRAINT "unit_reservation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "unit_reservation_device" (
    "unit_reservation_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "node_id" UUID,
    "network_device_id" UUID,
    "equipment_id" UUID,

    CONSTRAINT "unit_reservation_device_pkey" PRIMARY KEY ("unit_reservation_id","position")
);

-- CreateTable
CREATE TABLE "provider_network" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "provider_id" UUID NOT NULL,
    "service_id" TEXT,
    "description" TEXT,

    CONSTRAINT "provider_network_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "circuit_termination" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "other_scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "circuit_id" UUID NOT NULL,
    "side" "circuit_side" NOT NULL,
    "place_site_id" UUID,
    "place_port_id" UUID,
    "place_provider_network_id" UUID,
    "cross_connect_id" TEXT,
    "patch_panel" TEXT,
    "demarcation" TEXT,
    "distance_m" TEXT,
    "distance_m_value" DECIMAL,
    "status" "circuit_termination_status" NOT NULL,

    CONSTRAINT "circuit_termination_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "power_port_scope_idx" ON "power_port"("scope_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "power_port_order_idx" ON "power_port"("name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "power_port_labels_idx" ON "power_port" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "power_port_port_id_idx" ON "power_port"("port_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "power_port_inlet_id_idx" ON "power_port"("inlet_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE UNIQUE INDEX "power_port_name_key" ON "power_port"("name");

-- CreateIndex
CREATE INDEX "unit_reservation_scope_idx" ON "unit_reservation"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "unit_reservation_order_idx" ON "unit_reservation"("name", "id");

-- CreateIndex
CREATE INDEX "unit_reservation_labels_idx" ON "unit_reservation" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "unit_reservation_rack_id_idx" ON "unit_reservation"("rack_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "unit_reservation_name_key" ON "unit_reservation"("name");

-- CreateIndex
CREATE INDEX "provider_network_scope_idx" ON "provider_network"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "provider_network_order_idx" ON "provider_network"("name", "id");

-- CreateIndex
CREATE INDEX "provider_network_labels_idx" ON "provider_network" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "provider_network_provider_id_idx" ON "provider_network"("provider_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "provider_network_name_key" ON "provider_network"("name");

-- CreateIndex
CREATE INDEX "circuit_termination_scope_idx" ON "circuit_termination"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "circuit_termination_order_idx" ON "circuit_termination"("name", "id");

-- CreateIndex
CREATE INDEX "circuit_termination_labels_idx" ON "circuit_termination" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "circuit_termination_other_scopes_idx" ON "circuit_termination" USING GIN ("other_scope_ids");

-- CreateIndex
CREATE INDEX "circuit_termination_circuit_id_idx" ON "circuit_termination"("circuit_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "circuit_termination_name_key" ON "circuit_termination"("name");

-- AddForeignKey
ALTER TABLE "power_port" ADD CONSTRAINT "power_port_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "power_port" ADD CONSTRAINT "power_port_port_id_fkey" FOREIGN KEY ("port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "power_port" ADD CONSTRAINT "power_port_inlet_id_fkey" FOREIGN KEY ("inlet_id") REFERENCES "power_port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "unit_reservation" ADD CONSTRAINT "unit_reservation_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "unit_reservation" ADD CONSTRAINT "unit_reservation_rack_id_fkey" FOREIGN KEY ("rack_id") REFERENCES "rack"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "unit_reservation_device" ADD CONSTRAINT "unit_reservation_device_unit_reservation_id_fkey" FOREIGN KEY ("unit_reservation_id") REFERENCES "unit_reservation"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "unit_reservation_device" ADD CONSTRAINT "unit_reservation_device_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "unit_reservation_device" ADD CONSTRAINT "unit_reservation_device_network_device_id_fkey" FOREIGN KEY ("network_device_id") REFERENCES "network_device"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "unit_reservation_device" ADD CONSTRAINT "unit_reservation_device_equipment_id_fkey" FOREIGN KEY ("equipment_id") REFERENCES "equipment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provider_network" ADD CONSTRAINT "provider_network_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "provider_network" ADD CONSTRAINT "provider_network_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "provider"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit_termination" ADD CONSTRAINT "circuit_termination_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit_termination" ADD CONSTRAINT "circuit_termination_circuit_id_fkey" FOREIGN KEY ("circuit_id") REFERENCES "circuit"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit_termination" ADD CONSTRAINT "circuit_termination_place_site_id_fkey" FOREIGN KEY ("place_site_id") REFERENCES "site"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit_termination" ADD CONSTRAINT "circuit_termination_place_port_id_fkey" FOREIGN KEY ("place_port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "circuit_termination" ADD CONSTRAINT "circuit_termination_place_provider_network_id_fkey" FOREIGN KEY ("place_provider_network_id") REFERENCES "provider_network"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

alter table circuit_termination add constraint circuit_termination_one_place CHECK ((num_nonnulls(place_site_id, place_port_id, place_provider_network_id) = 1));

alter table circuit_termination add constraint circuit_termination_port_once EXCLUDE USING btree (place_port_id WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table circuit_termination add constraint circuit_termination_side_once EXCLUDE USING btree (circuit_id WITH =, side WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table power_port add constraint power_port_once EXCLUDE USING btree (port_id WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table unit_reservation_device add constraint unit_reservation_device_one_target CHECK ((num_nonnulls(node_id, network_device_id, equipment_id) = 1));

CREATE INDEX circuit_termination_place_port_id_idx ON public.circuit_termination USING btree (place_port_id, name, id) WHERE (place_port_id IS NOT NULL);

CREATE INDEX circuit_termination_place_provider_network_id_idx ON public.circuit_termination USING btree (place_provider_network_id, name, id) WHERE (place_provider_network_id IS NOT NULL);

CREATE INDEX circuit_termination_place_site_id_idx ON public.circuit_termination USING btree (place_site_id, name, id) WHERE (place_site_id IS NOT NULL);

CREATE INDEX unit_reservation_device_equipment_id_idx ON public.unit_reservation_device USING btree (equipment_id, unit_reservation_id) WHERE (equipment_id IS NOT NULL);

CREATE INDEX unit_reservation_device_network_device_id_idx ON public.unit_reservation_device USING btree (network_device_id, unit_reservation_id) WHERE (network_device_id IS NOT NULL);

CREATE INDEX unit_reservation_device_node_id_idx ON public.unit_reservation_device USING btree (node_id, unit_reservation_id) WHERE (node_id IS NOT NULL);

CREATE TRIGGER circuit_termination_delete_noted AFTER DELETE ON public.circuit_termination REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('CircuitTermination');

CREATE TRIGGER circuit_termination_insert_noted AFTER INSERT ON public.circuit_termination REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('CircuitTermination');

CREATE TRIGGER circuit_termination_update_noted AFTER UPDATE ON public.circuit_termination REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('CircuitTermination');

CREATE TRIGGER power_port_delete_noted AFTER DELETE ON public.power_port REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('PowerPort');

CREATE TRIGGER power_port_insert_noted AFTER INSERT ON public.power_port REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('PowerPort');

CREATE TRIGGER power_port_update_noted AFTER UPDATE ON public.power_port REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('PowerPort');

CREATE TRIGGER provider_network_delete_noted AFTER DELETE ON public.provider_network REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ProviderNetwork');

CREATE TRIGGER provider_network_insert_noted AFTER INSERT ON public.provider_network REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ProviderNetwork');

CREATE TRIGGER provider_network_update_noted AFTER UPDATE ON public.provider_network REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ProviderNetwork');

CREATE TRIGGER unit_reservation_delete_noted AFTER DELETE ON public.unit_reservation REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('UnitReservation');

CREATE TRIGGER unit_reservation_insert_noted AFTER INSERT ON public.unit_reservation REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('UnitReservation');

CREATE TRIGGER unit_reservation_update_noted AFTER UPDATE ON public.unit_reservation REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('UnitReservation');

create view held_units as
  select id, name, rack_id, face, int4range((2 * start_unit)::int, (2 * (start_unit + unit_height))::int) as units
  from unit_reservation where "until" is null or "until" > write_instant();

-- CreateEnum
CREATE TYPE "weight_unit" AS ENUM ('Kilogram', 'Gram', 'Pound', 'Ounce');

-- CreateEnum
CREATE TYPE "module_status" AS ENUM ('Planned', 'Active', 'Offline', 'Decommissioning');

-- CreateEnum
CREATE TYPE "device_width" AS ENUM ('Full', 'Half');

-- CreateEnum
CREATE TYPE "airflow" AS ENUM ('FrontToRear', 'RearToFront', 'LeftToRight', 'RightToLeft', 'SideToRear', 'RearToSide', 'BottomToTop', 'TopToBottom', 'Passive', 'Mixed');

-- CreateEnum
CREATE TYPE "subdevice_role" AS ENUM ('Parent', 'Child');

-- CreateEnum
CREATE TYPE "rack_form_factor" AS ENUM ('TwoPostFrame', 'FourPostFrame', 'FourPostCabinet', 'WallFrame', 'WallFrameVertical', 'WallCabinet', 'WallCabinetVertical');

-- CreateEnum
CREATE TYPE "length_unit" AS ENUM ('Millimetre', 'Inch');

-- AlterTable
ALTER TABLE "asset" ADD COLUMN     "type_id" UUID;

-- AlterTable
ALTER TABLE "port" ADD COLUMN     "hardware" JSONB,
ADD COLUMN     "module_id" UUID;

-- CreateTable
CREATE TABLE "module_bay" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "device_node_id" UUID,
    "device_network_device_id" UUID,
    "device_equipment_id" UUID,
    "bay_label" TEXT NOT NULL,
    "position" TEXT,
    "parent_id" UUID,

    CONSTRAINT "module_bay_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "module_type" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "manufacturer" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "part_number" TEXT,
    "description" TEXT,
    "comments" TEXT,
    "weight" DOUBLE PRECISION,
    "weight_unit" "weight_unit" NOT NULL,
    "interfaces" JSONB,
    "console_ports" JSONB,
    "console_server_ports" JSONB,
    "power_ports" JSONB,
    "power_outlets" JSONB,
    "front_ports" JSONB,
    "rear_ports" JSONB,
    "module_bays" JSONB,

    CONSTRAINT "module_type_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "module" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "bay_id" UUID NOT NULL,
    "type_id" UUID NOT NULL,
    "serial" TEXT,
    "asset_tag" TEXT,
    "status" "module_status" NOT NULL,
    "description" TEXT,

    CONSTRAINT "module_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_type" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "manufacturer" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "part_number" TEXT,
    "description" TEXT,
    "comments" TEXT,
    "weight" DOUBLE PRECISION,
    "weight_unit" "weight_unit" NOT NULL,
    "u_height" DOUBLE PRECISION NOT NULL,
    "is_full_depth" BOOLEAN NOT NULL,
    "width" "device_width" NOT NULL,
    "airflow" "airflow",
    "subdevice_role" "subdevice_role",
    "is_powered" BOOLEAN NOT NULL,
    "interfaces" JSONB,
    "console_ports" JSONB,
    "console_server_ports" JSONB,
    "power_ports" JSONB,
    "power_outlets" JSONB,
    "front_ports" JSONB,
    "rear_ports" JSONB,
    "module_bays" JSONB,
    "device_bays" JSONB,
    "inventory_items" JSONB,

    CONSTRAINT "device_type_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rack_type" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "manufacturer" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "part_number" TEXT,
    "description" TEXT,
    "comments" TEXT,
    "weight" DOUBLE PRECISION,
    "weight_unit" "weight_unit" NOT NULL,
    "form_factor" "rack_form_factor",
    "width_inches" INTEGER NOT NULL,
    "u_height" INTEGER NOT NULL,
    "starting_unit" INTEGER NOT NULL,
    "units_descend" BOOLEAN NOT NULL,
    "outer_width" DOUBLE PRECISION,
    "outer_height" DOUBLE PRECISION,
    "outer_depth" DOUBLE PRECISION,
    "outer_unit" "length_unit" NOT NULL,
    "mounting_depth" DOUBLE PRECISION,
    "max_weight" DOUBLE PRECISION,

    CONSTRAINT "rack_type_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "module_bay_scope_idx" ON "module_bay"("scope_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "module_bay_order_idx" ON "module_bay"("name" COLLATE natural_order, "id");

-- CreateIndex
CREATE INDEX "module_bay_labels_idx" ON "module_bay" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "module_bay_parent_id_idx" ON "module_bay"("parent_id", "name" COLLATE natural_order, "id");

-- CreateIndex
CREATE UNIQUE INDEX "module_bay_name_key" ON "module_bay"("name");

-- CreateIndex
CREATE INDEX "module_type_scope_idx" ON "module_type"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "module_type_order_idx" ON "module_type"("name", "id");

-- CreateIndex
CREATE INDEX "module_type_labels_idx" ON "module_type" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "module_type_name_key" ON "module_type"("name");

-- CreateIndex
CREATE INDEX "module_scope_idx" ON "module"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "module_order_idx" ON "module"("name", "id");

-- CreateIndex
CREATE INDEX "module_labels_idx" ON "module" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "module_bay_id_idx" ON "module"("bay_id", "name", "id");

-- CreateIndex
CREATE INDEX "module_type_id_idx" ON "module"("type_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "module_name_key" ON "module"("name");

-- CreateIndex
CREATE INDEX "device_type_scope_idx" ON "device_type"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "device_type_order_idx" ON "device_type"("name", "id");

-- CreateIndex
CREATE INDEX "device_type_labels_idx" ON "device_type" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "device_type_name_key" ON "device_type"("name");

-- CreateIndex
CREATE INDEX "rack_type_scope_idx" ON "rack_type"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "rack_type_order_idx" ON "rack_type"("name", "id");

-- CreateIndex
CREATE INDEX "rack_type_labels_idx" ON "rack_type" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "rack_type_name_key" ON "rack_type"("name");

-- CreateIndex
CREATE INDEX "asset_type_id_idx" ON "asset"("type_id", "name", "id");

-- CreateIndex
CREATE INDEX port_module_id_idx ON port (module_id, name COLLATE natural_order, id) WHERE module_id IS NOT NULL;

-- AddForeignKey
ALTER TABLE "module_bay" ADD CONSTRAINT "module_bay_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module_bay" ADD CONSTRAINT "module_bay_device_node_id_fkey" FOREIGN KEY ("device_node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module_bay" ADD CONSTRAINT "module_bay_device_network_device_id_fkey" FOREIGN KEY ("device_network_device_id") REFERENCES "network_device"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module_bay" ADD CONSTRAINT "module_bay_device_equipment_id_fkey" FOREIGN KEY ("device_equipment_id") REFERENCES "equipment"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module_bay" ADD CONSTRAINT "module_bay_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "module_bay"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module_type" ADD CONSTRAINT "module_type_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module" ADD CONSTRAINT "module_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module" ADD CONSTRAINT "module_bay_id_fkey" FOREIGN KEY ("bay_id") REFERENCES "module_bay"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "module" ADD CONSTRAINT "module_type_id_fkey" FOREIGN KEY ("type_id") REFERENCES "module_type"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "port" ADD CONSTRAINT "port_module_id_fkey" FOREIGN KEY ("module_id") REFERENCES "module"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_type" ADD CONSTRAINT "device_type_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "asset" ADD CONSTRAINT "asset_type_id_fkey" FOREIGN KEY ("type_id") REFERENCES "device_type"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "rack_type" ADD CONSTRAINT "rack_type_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

alter table device_type add constraint device_type_model_once EXCLUDE USING btree (manufacturer WITH =, model WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table module add constraint module_asset_tag_once EXCLUDE USING btree (asset_tag WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table module add constraint module_bay_once EXCLUDE USING btree (bay_id WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table module_bay add constraint module_bay_name_once EXCLUDE USING btree (COALESCE(device_node_id, device_network_device_id, device_equipment_id) WITH =, bay_label WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table module_type add constraint module_type_model_once EXCLUDE USING btree (manufacturer WITH =, model WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table rack_type add constraint rack_type_model_once EXCLUDE USING btree (manufacturer WITH =, model WITH =) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX module_bay_device_equipment_id_idx ON public.module_bay USING btree (device_equipment_id, name collate natural_order, id) WHERE (device_equipment_id IS NOT NULL);

CREATE INDEX module_bay_device_network_device_id_idx ON public.module_bay USING btree (device_network_device_id, name collate natural_order, id) WHERE (device_network_device_id IS NOT NULL);

CREATE INDEX module_bay_device_node_id_idx ON public.module_bay USING btree (device_node_id, name collate natural_order, id) WHERE (device_node_id IS NOT NULL);

CREATE TRIGGER device_type_delete_noted AFTER DELETE ON public.device_type REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('DeviceType');

CREATE TRIGGER device_type_insert_noted AFTER INSERT ON public.device_type REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('DeviceType');

CREATE TRIGGER device_type_update_noted AFTER UPDATE ON public.device_type REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('DeviceType');

CREATE TRIGGER module_delete_noted AFTER DELETE ON public.module REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Module');

CREATE TRIGGER module_insert_noted AFTER INSERT ON public.module REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Module');

CREATE TRIGGER module_update_noted AFTER UPDATE ON public.module REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('Module');

CREATE TRIGGER module_bay_delete_noted AFTER DELETE ON public.module_bay REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ModuleBay');

CREATE TRIGGER module_bay_insert_noted AFTER INSERT ON public.module_bay REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ModuleBay');

CREATE TRIGGER module_bay_update_noted AFTER UPDATE ON public.module_bay REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ModuleBay');

CREATE TRIGGER module_type_delete_noted AFTER DELETE ON public.module_type REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ModuleType');

CREATE TRIGGER module_type_insert_noted AFTER INSERT ON public.module_type REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ModuleType');

CREATE TRIGGER module_type_update_noted AFTER UPDATE ON public.module_type REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('ModuleType');

CREATE TRIGGER rack_type_delete_noted AFTER DELETE ON public.rack_type REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('RackType');

CREATE TRIGGER rack_type_insert_noted AFTER INSERT ON public.rack_type REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('RackType');

CREATE TRIGGER rack_type_update_noted AFTER UPDATE ON public.rack_type REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('RackType');

-- AlterTable
ALTER TABLE "virtual_machine" ADD COLUMN     "external_project_api_group" TEXT,
ADD COLUMN     "external_project_kind" TEXT,
ADD COLUMN     "external_project_name" TEXT,
ADD COLUMN     "external_project_namespace" TEXT;

-- CreateTable
CREATE TABLE "device_mounting" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT write_instant(),
    "scope_id" UUID NOT NULL,
    "device_node_id" UUID,
    "device_network_device_id" UUID,
    "depth" "equipment_depth" NOT NULL,
    "width" "rack_width" NOT NULL,
    "unit_height" DOUBLE PRECISION,
    "starts_half_unit_up" BOOLEAN NOT NULL,

    CONSTRAINT "device_mounting_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "device_mounting_scope_idx" ON "device_mounting"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "device_mounting_order_idx" ON "device_mounting"("name", "id");

-- CreateIndex
CREATE INDEX "device_mounting_labels_idx" ON "device_mounting" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "device_mounting_name_key" ON "device_mounting"("name");

-- AddForeignKey
ALTER TABLE "device_mounting" ADD CONSTRAINT "device_mounting_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_mounting" ADD CONSTRAINT "device_mounting_device_node_id_fkey" FOREIGN KEY ("device_node_id") REFERENCES "node"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "device_mounting" ADD CONSTRAINT "device_mounting_device_network_device_id_fkey" FOREIGN KEY ("device_network_device_id") REFERENCES "network_device"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

alter table rack_unit_claim drop constraint rack_unit_claim_free;

alter table device_mounting add constraint device_mounting_once EXCLUDE USING btree (COALESCE(device_node_id, device_network_device_id) WITH =) DEFERRABLE INITIALLY DEFERRED;

alter table rack_unit_claim add constraint rack_unit_claim_free EXCLUDE USING gist (rack_id WITH =, face WITH =, units WITH &&, width WITH &&) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX device_mounting_device_network_device_id_idx ON public.device_mounting USING btree (device_network_device_id, name, id) WHERE (device_network_device_id IS NOT NULL);

CREATE INDEX device_mounting_device_node_id_idx ON public.device_mounting USING btree (device_node_id, name, id) WHERE (device_node_id IS NOT NULL);

CREATE TRIGGER device_mounting_delete_noted AFTER DELETE ON public.device_mounting REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('DeviceMounting');

CREATE TRIGGER device_mounting_insert_noted AFTER INSERT ON public.device_mounting REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('DeviceMounting');

CREATE TRIGGER device_mounting_update_noted AFTER UPDATE ON public.device_mounting REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION note_changes('DeviceMounting');

drop view placed_device;
-- What devices take of racks: units in halves (U1 is [2, 4)), and of the width the left [0, 1), the right [1, 2) or both, seen
-- from that side: what is on the left of one side is on the right of the other. `reach` is what their placements say in whole
-- units, where a DeviceMounting says that they take less of it: some or none.
create view placed_device as
  select d.kind, d.id, d.name, d.rack_id, f.face,
    int4range(2 * d.first + case when m.starts_half_unit_up then 1 else 0 end,
      2 * d.first + case when m.starts_half_unit_up then 1 else 0 end + (2 * coalesce(m.unit_height, d.height))::int) as units,
    case when m.width = case f.face when d.face then 'Left' else 'Right' end::rack_width then int4range(0, 1)
      when m.width in ('Left', 'Right') then int4range(1, 2) else int4range(0, 2) end as width,
    int4range(2 * d.first, 2 * (d.first + d.height)) as reach
  from (
    select 'Node' as kind, id, name, placement_rack_id as rack_id, placement_face as face, placement_start_unit as first, placement_unit_height as height
    from node where placement_rack_id is not null
    union all
    select 'NetworkDevice', id, name, placement_rack_id, placement_face, placement_start_unit, placement_unit_height
    from network_device where placement_rack_id is not null
  ) d left join device_mounting m on d.id = coalesce(m.device_node_id, m.device_network_device_id)
  cross join unnest(enum_range(null::rack_face)) f (face)
  where m.depth = 'BothFaces' or f.face = d.face
  union all
  select 'Equipment', e.id, e.name, e.placement_rack_id, f.face, u.units,
    case when e.placement_width = case f.face when e.placement_face then 'Left' else 'Right' end::rack_width then int4range(0, 1)
      when e.placement_width in ('Left', 'Right') then int4range(1, 2) else int4range(0, 2) end, u.units
  from equipment e cross join unnest(enum_range(null::rack_face)) f (face)
  cross join lateral (
    select int4range((2 * e.placement_start_unit)::int, (2 * (e.placement_start_unit + e.placement_unit_height))::int) as units
  ) u
  where e.placement_rack_id is not null and e.placement_start_unit is not null and e.placement_unit_height > 0 and (e.depth = 'BothFaces' or f.face = e.placement_face);

-- CreateTable
CREATE TABLE "search_entry" (
    "object_id" UUID NOT NULL,
    "field" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "is_part" BOOLEAN NOT NULL,
    "value" TEXT NOT NULL,
    "folded" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "other_scope_ids" UUID[],

    CONSTRAINT "search_entry_pkey" PRIMARY KEY ("object_id","field")
);

create extension pg_trgm;

CREATE OR REPLACE FUNCTION public.search_words(folded text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_to_tsvector(array_remove(regexp_split_to_array(folded, '[^[:alnum:]]+'), ''))
$function$
;

CREATE OR REPLACE FUNCTION public.similar_search_entries(wanted text, kinds text[])
 RETURNS TABLE(object_id uuid, kind text, field text, value text, folded text, scope_id uuid, other_scope_ids uuid[], likeness real)
 LANGUAGE sql
 STABLE
 SET "pg_trgm.word_similarity_threshold" TO '0.5'
AS $function$
  select e.object_id, e.kind, e.field, e.value, e.folded, e.scope_id, e.other_scope_ids, word_similarity(wanted, e.folded) from search_entry e
  where not e.is_part and e.kind = any(kinds) and wanted <% e.folded limit 20000
$function$
;

CREATE INDEX search_entry_beginning_idx ON public.search_entry USING btree (kind, folded COLLATE "C", object_id);

CREATE INDEX search_entry_part_words_idx ON public.search_entry USING gin (search_words(folded)) WHERE is_part;

CREATE INDEX search_entry_similar_idx ON public.search_entry USING gin (folded gin_trgm_ops) WHERE (NOT is_part);

CREATE INDEX search_entry_words_idx ON public.search_entry USING gin (search_words(folded)) WHERE (NOT is_part);

-- CreateIndex
CREATE INDEX "api_resource_created_idx" ON "api_resource"("created_at", "id");

-- CreateIndex
CREATE INDEX "asset_created_idx" ON "asset"("created_at", "id");

-- CreateIndex
CREATE INDEX "cable_created_idx" ON "cable"("created_at", "id");

-- CreateIndex
CREATE INDEX "cable_profile_created_idx" ON "cable_profile"("created_at", "id");

-- CreateIndex
CREATE INDEX "circuit_created_idx" ON "circuit"("created_at", "id");

-- CreateIndex
CREATE INDEX "circuit_termination_created_idx" ON "circuit_termination"("created_at", "id");

-- CreateIndex
CREATE INDEX "claim_creation_policy_created_idx" ON "claim_creation_policy"("created_at", "id");

-- CreateIndex
CREATE INDEX "cluster_created_idx" ON "cluster"("created_at", "id");

-- CreateIndex
CREATE INDEX "configuration_activation_created_idx" ON "configuration_activation"("created_at", "id");

-- CreateIndex
CREATE INDEX "consumer_portal_plugin_created_idx" ON "consumer_portal_plugin"("created_at", "id");

-- CreateIndex
CREATE INDEX "deployment_created_idx" ON "deployment"("created_at", "id");

-- CreateIndex
CREATE INDEX "deployment_report_created_idx" ON "deployment_report"("created_at", "id");

-- CreateIndex
CREATE INDEX "device_mounting_created_idx" ON "device_mounting"("created_at", "id");

-- CreateIndex
CREATE INDEX "device_slot_created_idx" ON "device_slot"("created_at", "id");

-- CreateIndex
CREATE INDEX "device_type_created_idx" ON "device_type"("created_at", "id");

-- CreateIndex
CREATE INDEX "equipment_created_idx" ON "equipment"("created_at", "id");

-- CreateIndex
CREATE INDEX "feed_consumer_created_idx" ON "feed_consumer"("created_at", "id");

-- CreateIndex
CREATE INDEX "folder_created_idx" ON "folder"("created_at", "id");

-- CreateIndex
CREATE INDEX "group_membership_created_idx" ON "group_membership"("created_at", "id");

-- CreateIndex
CREATE INDEX "group_nesting_created_idx" ON "group_nesting"("created_at", "id");

-- CreateIndex
CREATE INDEX "identity_link_created_idx" ON "identity_link"("created_at", "id");

-- CreateIndex
CREATE INDEX "link_created_idx" ON "link"("created_at", "id");

-- CreateIndex
CREATE INDEX "meter_definition_created_idx" ON "meter_definition"("created_at", "id");

-- CreateIndex
CREATE INDEX "module_created_idx" ON "module"("created_at", "id");

-- CreateIndex
CREATE INDEX "module_bay_created_idx" ON "module_bay"("created_at", "id");

-- CreateIndex
CREATE INDEX "module_type_created_idx" ON "module_type"("created_at", "id");

-- CreateIndex
CREATE INDEX "monitored_resource_type_created_idx" ON "monitored_resource_type"("created_at", "id");

-- CreateIndex
CREATE INDEX "network_device_created_idx" ON "network_device"("created_at", "id");

-- CreateIndex
CREATE INDEX "node_created_idx" ON "node"("created_at", "id");

-- CreateIndex
CREATE INDEX "offer_created_idx" ON "offer"("created_at", "id");

-- CreateIndex
CREATE INDEX "organization_created_idx" ON "organization"("created_at", "id");

-- CreateIndex
CREATE INDEX "organization_membership_created_idx" ON "organization_membership"("created_at", "id");

-- CreateIndex
CREATE INDEX "pass_through_port_created_idx" ON "pass_through_port"("created_at", "id");

-- CreateIndex
CREATE INDEX "policy_binding_created_idx" ON "policy_binding"("created_at", "id");

-- CreateIndex
CREATE INDEX "port_created_idx" ON "port"("created_at", "id");

-- CreateIndex
CREATE INDEX "port_mapping_created_idx" ON "port_mapping"("created_at", "id");

-- CreateIndex
CREATE INDEX "power_port_created_idx" ON "power_port"("created_at", "id");

-- CreateIndex
CREATE INDEX "project_created_idx" ON "project"("created_at", "id");

-- CreateIndex
CREATE INDEX "project_placement_created_idx" ON "project_placement"("created_at", "id");

-- CreateIndex
CREATE INDEX "project_suspension_created_idx" ON "project_suspension"("created_at", "id");

-- CreateIndex
CREATE INDEX "protected_resource_created_idx" ON "protected_resource"("created_at", "id");

-- CreateIndex
CREATE INDEX "provider_created_idx" ON "provider"("created_at", "id");

-- CreateIndex
CREATE INDEX "provider_network_created_idx" ON "provider_network"("created_at", "id");

-- CreateIndex
CREATE INDEX "provider_portal_plugin_created_idx" ON "provider_portal_plugin"("created_at", "id");

-- CreateIndex
CREATE INDEX "rack_created_idx" ON "rack"("created_at", "id");

-- CreateIndex
CREATE INDEX "rack_type_created_idx" ON "rack_type"("created_at", "id");

-- CreateIndex
CREATE INDEX "region_created_idx" ON "region"("created_at", "id");

-- CreateIndex
CREATE INDEX "region_policy_created_idx" ON "region_policy"("created_at", "id");

-- CreateIndex
CREATE INDEX "region_state_created_idx" ON "region_state"("created_at", "id");

-- CreateIndex
CREATE INDEX "resource_grant_created_idx" ON "resource_grant"("created_at", "id");

-- CreateIndex
CREATE INDEX "resource_registration_created_idx" ON "resource_registration"("created_at", "id");

-- CreateIndex
CREATE INDEX "role_created_idx" ON "role"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_created_idx" ON "service"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_account_created_idx" ON "service_account"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_activation_request_created_idx" ON "service_activation_request"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_availability_created_idx" ON "service_availability"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_configuration_created_idx" ON "service_configuration"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_consumer_created_idx" ON "service_consumer"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_entitlement_created_idx" ON "service_entitlement"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_import_created_idx" ON "service_import"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_listing_created_idx" ON "service_listing"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_pricing_created_idx" ON "service_pricing"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_reservation_created_idx" ON "service_reservation"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_runtime_created_idx" ON "service_runtime"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_use_created_idx" ON "service_use"("created_at", "id");

-- CreateIndex
CREATE INDEX "service_version_created_idx" ON "service_version"("created_at", "id");

-- CreateIndex
CREATE INDEX "site_created_idx" ON "site"("created_at", "id");

-- CreateIndex
CREATE INDEX "unit_reservation_created_idx" ON "unit_reservation"("created_at", "id");

-- CreateIndex
CREATE INDEX "user_account_created_idx" ON "user_account"("created_at", "id");

-- CreateIndex
CREATE INDEX "user_deactivation_created_idx" ON "user_deactivation"("created_at", "id");

-- CreateIndex
CREATE INDEX "user_group_created_idx" ON "user_group"("created_at", "id");

-- CreateIndex
CREATE INDEX "virtual_machine_created_idx" ON "virtual_machine"("created_at", "id");

-- What an object is found by of its labels. Those by which what is derived says who keeps it, and of which service it is, are the same
-- for very many objects, whose own names begin with that of the service: nobody looks for them, and they were most of what is indexed.
create function searched_labels(labels jsonb) returns table (field text, value text) language sql immutable as $$
  select 'labels.' || l.key, l.key || '=' || l.value from jsonb_each_text(labels) l
  where l.key not in ('app.kubernetes.io/managed-by', 'services.miloapis.com/service')
$$;

create function drop_search_entries() returns trigger language plpgsql as $$
begin
  delete from search_entry e where e.object_id = any(array(select t.id from touched t));
  return null;
end $$;

create function user_account_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'User', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.email', t.email::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.email, t.labels, t.scope_id) is distinct from (f.name, f.email, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'User', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.email', t.email::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger user_account_insert_searched after insert on user_account referencing new table as touched for each statement execute function user_account_searched();
create trigger user_account_update_searched after update on user_account referencing old table as former new table as touched for each statement execute function user_account_searched();
create trigger user_account_delete_searched after delete on user_account referencing old table as touched for each statement execute function drop_search_entries();
create function user_deactivation_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'UserDeactivation', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'UserDeactivation', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger user_deactivation_insert_searched after insert on user_deactivation referencing new table as touched for each statement execute function user_deactivation_searched();
create trigger user_deactivation_update_searched after update on user_deactivation referencing old table as former new table as touched for each statement execute function user_deactivation_searched();
create trigger user_deactivation_delete_searched after delete on user_deactivation referencing old table as touched for each statement execute function drop_search_entries();
create function organization_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Organization', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Organization', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger organization_insert_searched after insert on organization referencing new table as touched for each statement execute function organization_searched();
create trigger organization_update_searched after update on organization referencing old table as former new table as touched for each statement execute function organization_searched();
create trigger organization_delete_searched after delete on organization referencing old table as touched for each statement execute function drop_search_entries();
create function project_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Project', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Project', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger project_insert_searched after insert on project referencing new table as touched for each statement execute function project_searched();
create trigger project_update_searched after update on project referencing old table as former new table as touched for each statement execute function project_searched();
create trigger project_delete_searched after delete on project referencing old table as touched for each statement execute function drop_search_entries();
create function service_account_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceAccount', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceAccount', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_account_insert_searched after insert on service_account referencing new table as touched for each statement execute function service_account_searched();
create trigger service_account_update_searched after update on service_account referencing old table as former new table as touched for each statement execute function service_account_searched();
create trigger service_account_delete_searched after delete on service_account referencing old table as touched for each statement execute function drop_search_entries();
create function identity_link_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'IdentityLink', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'IdentityLink', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger identity_link_insert_searched after insert on identity_link referencing new table as touched for each statement execute function identity_link_searched();
create trigger identity_link_update_searched after update on identity_link referencing old table as former new table as touched for each statement execute function identity_link_searched();
create trigger identity_link_delete_searched after delete on identity_link referencing old table as touched for each statement execute function drop_search_entries();
create function user_group_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Group', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Group', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger user_group_insert_searched after insert on user_group referencing new table as touched for each statement execute function user_group_searched();
create trigger user_group_update_searched after update on user_group referencing old table as former new table as touched for each statement execute function user_group_searched();
create trigger user_group_delete_searched after delete on user_group referencing old table as touched for each statement execute function drop_search_entries();
create function group_membership_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'GroupMembership', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'GroupMembership', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger group_membership_insert_searched after insert on group_membership referencing new table as touched for each statement execute function group_membership_searched();
create trigger group_membership_update_searched after update on group_membership referencing old table as former new table as touched for each statement execute function group_membership_searched();
create trigger group_membership_delete_searched after delete on group_membership referencing old table as touched for each statement execute function drop_search_entries();
create function group_nesting_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'GroupNesting', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'GroupNesting', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger group_nesting_insert_searched after insert on group_nesting referencing new table as touched for each statement execute function group_nesting_searched();
create trigger group_nesting_update_searched after update on group_nesting referencing old table as former new table as touched for each statement execute function group_nesting_searched();
create trigger group_nesting_delete_searched after delete on group_nesting referencing old table as touched for each statement execute function drop_search_entries();
create function protected_resource_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProtectedResource', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProtectedResource', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger protected_resource_insert_searched after insert on protected_resource referencing new table as touched for each statement execute function protected_resource_searched();
create trigger protected_resource_update_searched after update on protected_resource referencing old table as former new table as touched for each statement execute function protected_resource_searched();
create trigger protected_resource_delete_searched after delete on protected_resource referencing old table as touched for each statement execute function drop_search_entries();
create function role_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Role', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Role', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger role_insert_searched after insert on role referencing new table as touched for each statement execute function role_searched();
create trigger role_update_searched after update on role referencing old table as former new table as touched for each statement execute function role_searched();
create trigger role_delete_searched after delete on role referencing old table as touched for each statement execute function drop_search_entries();
create function policy_binding_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PolicyBinding', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PolicyBinding', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger policy_binding_insert_searched after insert on policy_binding referencing new table as touched for each statement execute function policy_binding_searched();
create trigger policy_binding_update_searched after update on policy_binding referencing old table as former new table as touched for each statement execute function policy_binding_searched();
create trigger policy_binding_delete_searched after delete on policy_binding referencing old table as touched for each statement execute function drop_search_entries();
create function folder_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Folder', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.display_name, t.labels, t.scope_id) is distinct from (f.name, f.display_name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Folder', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger folder_insert_searched after insert on folder referencing new table as touched for each statement execute function folder_searched();
create trigger folder_update_searched after update on folder referencing old table as former new table as touched for each statement execute function folder_searched();
create trigger folder_delete_searched after delete on folder referencing old table as touched for each statement execute function drop_search_entries();
create function project_placement_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProjectPlacement', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProjectPlacement', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger project_placement_insert_searched after insert on project_placement referencing new table as touched for each statement execute function project_placement_searched();
create trigger project_placement_update_searched after update on project_placement referencing old table as former new table as touched for each statement execute function project_placement_searched();
create trigger project_placement_delete_searched after delete on project_placement referencing old table as touched for each statement execute function drop_search_entries();
create function organization_membership_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'OrganizationMembership', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'OrganizationMembership', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger organization_membership_insert_searched after insert on organization_membership referencing new table as touched for each statement execute function organization_membership_searched();
create trigger organization_membership_update_searched after update on organization_membership referencing old table as former new table as touched for each statement execute function organization_membership_searched();
create trigger organization_membership_delete_searched after delete on organization_membership referencing old table as touched for each statement execute function drop_search_entries();
create function project_suspension_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProjectSuspension', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProjectSuspension', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger project_suspension_insert_searched after insert on project_suspension referencing new table as touched for each statement execute function project_suspension_searched();
create trigger project_suspension_update_searched after update on project_suspension referencing old table as former new table as touched for each statement execute function project_suspension_searched();
create trigger project_suspension_delete_searched after delete on project_suspension referencing old table as touched for each statement execute function drop_search_entries();
create function service_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Service', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.serviceName', t.service_name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.service_name, t.display_name, t.labels, t.scope_id) is distinct from (f.name, f.service_name, f.display_name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Service', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.serviceName', t.service_name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_insert_searched after insert on service referencing new table as touched for each statement execute function service_searched();
create trigger service_update_searched after update on service referencing old table as former new table as touched for each statement execute function service_searched();
create trigger service_delete_searched after delete on service referencing old table as touched for each statement execute function drop_search_entries();
create function offer_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Offer', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Offer', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger offer_insert_searched after insert on offer referencing new table as touched for each statement execute function offer_searched();
create trigger offer_update_searched after update on offer referencing old table as former new table as touched for each statement execute function offer_searched();
create trigger offer_delete_searched after delete on offer referencing old table as touched for each statement execute function drop_search_entries();
create function service_configuration_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceConfiguration', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceConfiguration', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_configuration_insert_searched after insert on service_configuration referencing new table as touched for each statement execute function service_configuration_searched();
create trigger service_configuration_update_searched after update on service_configuration referencing old table as former new table as touched for each statement execute function service_configuration_searched();
create trigger service_configuration_delete_searched after delete on service_configuration referencing old table as touched for each statement execute function drop_search_entries();
create function configuration_activation_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ConfigurationActivation', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ConfigurationActivation', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger configuration_activation_insert_searched after insert on configuration_activation referencing new table as touched for each statement execute function configuration_activation_searched();
create trigger configuration_activation_update_searched after update on configuration_activation referencing old table as former new table as touched for each statement execute function configuration_activation_searched();
create trigger configuration_activation_delete_searched after delete on configuration_activation referencing old table as touched for each statement execute function drop_search_entries();
create function service_entitlement_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceEntitlement', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceEntitlement', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_entitlement_insert_searched after insert on service_entitlement referencing new table as touched for each statement execute function service_entitlement_searched();
create trigger service_entitlement_update_searched after update on service_entitlement referencing old table as former new table as touched for each statement execute function service_entitlement_searched();
create trigger service_entitlement_delete_searched after delete on service_entitlement referencing old table as touched for each statement execute function drop_search_entries();
create function service_consumer_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceConsumer', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceConsumer', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_consumer_insert_searched after insert on service_consumer referencing new table as touched for each statement execute function service_consumer_searched();
create trigger service_consumer_update_searched after update on service_consumer referencing old table as former new table as touched for each statement execute function service_consumer_searched();
create trigger service_consumer_delete_searched after delete on service_consumer referencing old table as touched for each statement execute function drop_search_entries();
create function service_activation_request_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceActivationRequest', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceActivationRequest', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_activation_request_insert_searched after insert on service_activation_request referencing new table as touched for each statement execute function service_activation_request_searched();
create trigger service_activation_request_update_searched after update on service_activation_request referencing old table as former new table as touched for each statement execute function service_activation_request_searched();
create trigger service_activation_request_delete_searched after delete on service_activation_request referencing old table as touched for each statement execute function drop_search_entries();
create function service_availability_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceAvailability', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceAvailability', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_availability_insert_searched after insert on service_availability referencing new table as touched for each statement execute function service_availability_searched();
create trigger service_availability_update_searched after update on service_availability referencing old table as former new table as touched for each statement execute function service_availability_searched();
create trigger service_availability_delete_searched after delete on service_availability referencing old table as touched for each statement execute function drop_search_entries();
create function service_listing_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceListing', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceListing', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_listing_insert_searched after insert on service_listing referencing new table as touched for each statement execute function service_listing_searched();
create trigger service_listing_update_searched after update on service_listing referencing old table as former new table as touched for each statement execute function service_listing_searched();
create trigger service_listing_delete_searched after delete on service_listing referencing old table as touched for each statement execute function drop_search_entries();
create function service_reservation_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceReservation', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceReservation', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_reservation_insert_searched after insert on service_reservation referencing new table as touched for each statement execute function service_reservation_searched();
create trigger service_reservation_update_searched after update on service_reservation referencing old table as former new table as touched for each statement execute function service_reservation_searched();
create trigger service_reservation_delete_searched after delete on service_reservation referencing old table as touched for each statement execute function drop_search_entries();
create function consumer_portal_plugin_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ConsumerPortalPlugin', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ConsumerPortalPlugin', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger consumer_portal_plugin_insert_searched after insert on consumer_portal_plugin referencing new table as touched for each statement execute function consumer_portal_plugin_searched();
create trigger consumer_portal_plugin_update_searched after update on consumer_portal_plugin referencing old table as former new table as touched for each statement execute function consumer_portal_plugin_searched();
create trigger consumer_portal_plugin_delete_searched after delete on consumer_portal_plugin referencing old table as touched for each statement execute function drop_search_entries();
create function provider_portal_plugin_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProviderPortalPlugin', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProviderPortalPlugin', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger provider_portal_plugin_insert_searched after insert on provider_portal_plugin referencing new table as touched for each statement execute function provider_portal_plugin_searched();
create trigger provider_portal_plugin_update_searched after update on provider_portal_plugin referencing old table as former new table as touched for each statement execute function provider_portal_plugin_searched();
create trigger provider_portal_plugin_delete_searched after delete on provider_portal_plugin referencing old table as touched for each statement execute function drop_search_entries();
create function meter_definition_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'MeterDefinition', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.meterName', t.meter_name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.meter_name, t.display_name, t.labels, t.scope_id) is distinct from (f.name, f.meter_name, f.display_name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'MeterDefinition', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.meterName', t.meter_name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger meter_definition_insert_searched after insert on meter_definition referencing new table as touched for each statement execute function meter_definition_searched();
create trigger meter_definition_update_searched after update on meter_definition referencing old table as former new table as touched for each statement execute function meter_definition_searched();
create trigger meter_definition_delete_searched after delete on meter_definition referencing old table as touched for each statement execute function drop_search_entries();
create function monitored_resource_type_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'MonitoredResourceType', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.resourceTypeName', t.resource_type_name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.resource_type_name, t.display_name, t.labels, t.scope_id) is distinct from (f.name, f.resource_type_name, f.display_name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'MonitoredResourceType', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.resourceTypeName', t.resource_type_name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger monitored_resource_type_insert_searched after insert on monitored_resource_type referencing new table as touched for each statement execute function monitored_resource_type_searched();
create trigger monitored_resource_type_update_searched after update on monitored_resource_type referencing old table as former new table as touched for each statement execute function monitored_resource_type_searched();
create trigger monitored_resource_type_delete_searched after delete on monitored_resource_type referencing old table as touched for each statement execute function drop_search_entries();
create function service_pricing_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServicePricing', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.display_name, t.labels, t.scope_id) is distinct from (f.name, f.display_name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServicePricing', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_pricing_insert_searched after insert on service_pricing referencing new table as touched for each statement execute function service_pricing_searched();
create trigger service_pricing_update_searched after update on service_pricing referencing old table as former new table as touched for each statement execute function service_pricing_searched();
create trigger service_pricing_delete_searched after delete on service_pricing referencing old table as touched for each statement execute function drop_search_entries();
create function resource_registration_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ResourceRegistration', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.resourceType', t.resource_type::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.resource_type, t.labels, t.scope_id) is distinct from (f.name, f.resource_type, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ResourceRegistration', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.resourceType', t.resource_type::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger resource_registration_insert_searched after insert on resource_registration referencing new table as touched for each statement execute function resource_registration_searched();
create trigger resource_registration_update_searched after update on resource_registration referencing old table as former new table as touched for each statement execute function resource_registration_searched();
create trigger resource_registration_delete_searched after delete on resource_registration referencing old table as touched for each statement execute function drop_search_entries();
create function claim_creation_policy_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ClaimCreationPolicy', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ClaimCreationPolicy', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger claim_creation_policy_insert_searched after insert on claim_creation_policy referencing new table as touched for each statement execute function claim_creation_policy_searched();
create trigger claim_creation_policy_update_searched after update on claim_creation_policy referencing old table as former new table as touched for each statement execute function claim_creation_policy_searched();
create trigger claim_creation_policy_delete_searched after delete on claim_creation_policy referencing old table as touched for each statement execute function drop_search_entries();
create function resource_grant_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ResourceGrant', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ResourceGrant', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger resource_grant_insert_searched after insert on resource_grant referencing new table as touched for each statement execute function resource_grant_searched();
create trigger resource_grant_update_searched after update on resource_grant referencing old table as former new table as touched for each statement execute function resource_grant_searched();
create trigger resource_grant_delete_searched after delete on resource_grant referencing old table as touched for each statement execute function drop_search_entries();
create function feed_consumer_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'FeedConsumer', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'FeedConsumer', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger feed_consumer_insert_searched after insert on feed_consumer referencing new table as touched for each statement execute function feed_consumer_searched();
create trigger feed_consumer_update_searched after update on feed_consumer referencing old table as former new table as touched for each statement execute function feed_consumer_searched();
create trigger feed_consumer_delete_searched after delete on feed_consumer referencing old table as touched for each statement execute function drop_search_entries();
create function region_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Region', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.display_name, t.labels, t.scope_id) is distinct from (f.name, f.display_name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Region', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger region_insert_searched after insert on region referencing new table as touched for each statement execute function region_searched();
create trigger region_update_searched after update on region referencing old table as former new table as touched for each statement execute function region_searched();
create trigger region_delete_searched after delete on region referencing old table as touched for each statement execute function drop_search_entries();
create function region_state_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'RegionState', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'RegionState', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger region_state_insert_searched after insert on region_state referencing new table as touched for each statement execute function region_state_searched();
create trigger region_state_update_searched after update on region_state referencing old table as former new table as touched for each statement execute function region_state_searched();
create trigger region_state_delete_searched after delete on region_state referencing old table as touched for each statement execute function drop_search_entries();
create function region_policy_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'RegionPolicy', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'RegionPolicy', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger region_policy_insert_searched after insert on region_policy referencing new table as touched for each statement execute function region_policy_searched();
create trigger region_policy_update_searched after update on region_policy referencing old table as former new table as touched for each statement execute function region_policy_searched();
create trigger region_policy_delete_searched after delete on region_policy referencing old table as touched for each statement execute function drop_search_entries();
create function service_runtime_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceRuntime', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceRuntime', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_runtime_insert_searched after insert on service_runtime referencing new table as touched for each statement execute function service_runtime_searched();
create trigger service_runtime_update_searched after update on service_runtime referencing old table as former new table as touched for each statement execute function service_runtime_searched();
create trigger service_runtime_delete_searched after delete on service_runtime referencing old table as touched for each statement execute function drop_search_entries();
create function service_version_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceVersion', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceVersion', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_version_insert_searched after insert on service_version referencing new table as touched for each statement execute function service_version_searched();
create trigger service_version_update_searched after update on service_version referencing old table as former new table as touched for each statement execute function service_version_searched();
create trigger service_version_delete_searched after delete on service_version referencing old table as touched for each statement execute function drop_search_entries();
create function service_import_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceImport', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceImport', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_import_insert_searched after insert on service_import referencing new table as touched for each statement execute function service_import_searched();
create trigger service_import_update_searched after update on service_import referencing old table as former new table as touched for each statement execute function service_import_searched();
create trigger service_import_delete_searched after delete on service_import referencing old table as touched for each statement execute function drop_search_entries();
create function service_use_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceUse', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceUse', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger service_use_insert_searched after insert on service_use referencing new table as touched for each statement execute function service_use_searched();
create trigger service_use_update_searched after update on service_use referencing old table as former new table as touched for each statement execute function service_use_searched();
create trigger service_use_delete_searched after delete on service_use referencing old table as touched for each statement execute function drop_search_entries();
create function api_resource_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ApiResource', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ApiResource', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger api_resource_insert_searched after insert on api_resource referencing new table as touched for each statement execute function api_resource_searched();
create trigger api_resource_update_searched after update on api_resource referencing old table as former new table as touched for each statement execute function api_resource_searched();
create trigger api_resource_delete_searched after delete on api_resource referencing old table as touched for each statement execute function drop_search_entries();
create function provider_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Provider', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text), ('spec.contract.contractID', t.contract_contract_id::text), ('spec.contract.accountID', t.contract_account_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.display_name, t.contract_contract_id, t.contract_account_id, t.labels, t.scope_id) is distinct from (f.name, f.display_name, f.contract_contract_id, f.contract_account_id, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Provider', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text), ('spec.contract.contractID', t.contract_contract_id::text), ('spec.contract.accountID', t.contract_account_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger provider_insert_searched after insert on provider referencing new table as touched for each statement execute function provider_searched();
create trigger provider_update_searched after update on provider referencing old table as former new table as touched for each statement execute function provider_searched();
create trigger provider_delete_searched after delete on provider referencing old table as touched for each statement execute function drop_search_entries();
create function site_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Site', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.display_name, t.labels, t.scope_id) is distinct from (f.name, f.display_name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Site', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger site_insert_searched after insert on site referencing new table as touched for each statement execute function site_searched();
create trigger site_update_searched after update on site referencing old table as former new table as touched for each statement execute function site_searched();
create trigger site_delete_searched after delete on site referencing old table as touched for each statement execute function drop_search_entries();
create function cluster_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Cluster', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.display_name, t.labels, t.scope_id) is distinct from (f.name, f.display_name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Cluster', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger cluster_insert_searched after insert on cluster referencing new table as touched for each statement execute function cluster_searched();
create trigger cluster_update_searched after update on cluster referencing old table as former new table as touched for each statement execute function cluster_searched();
create trigger cluster_delete_searched after delete on cluster referencing old table as touched for each statement execute function drop_search_entries();
create function rack_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Rack', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.name', t.rack_label::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.rack_label, t.labels, t.scope_id) is distinct from (f.name, f.rack_label, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Rack', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.name', t.rack_label::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger rack_insert_searched after insert on rack referencing new table as touched for each statement execute function rack_searched();
create trigger rack_update_searched after update on rack referencing old table as former new table as touched for each statement execute function rack_searched();
create trigger rack_delete_searched after delete on rack referencing old table as touched for each statement execute function drop_search_entries();
create function node_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Node', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Node', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger node_insert_searched after insert on node referencing new table as touched for each statement execute function node_searched();
create trigger node_update_searched after update on node referencing old table as former new table as touched for each statement execute function node_searched();
create trigger node_delete_searched after delete on node referencing old table as touched for each statement execute function drop_search_entries();
create function deployment_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Deployment', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Deployment', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger deployment_insert_searched after insert on deployment referencing new table as touched for each statement execute function deployment_searched();
create trigger deployment_update_searched after update on deployment referencing old table as former new table as touched for each statement execute function deployment_searched();
create trigger deployment_delete_searched after delete on deployment referencing old table as touched for each statement execute function drop_search_entries();
create function deployment_report_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeploymentReport', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeploymentReport', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger deployment_report_insert_searched after insert on deployment_report referencing new table as touched for each statement execute function deployment_report_searched();
create trigger deployment_report_update_searched after update on deployment_report referencing old table as former new table as touched for each statement execute function deployment_report_searched();
create trigger deployment_report_delete_searched after delete on deployment_report referencing old table as touched for each statement execute function drop_search_entries();
create function network_device_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'NetworkDevice', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.managementAddress', t.management_address::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.management_address, t.labels, t.scope_id) is distinct from (f.name, f.management_address, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'NetworkDevice', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.managementAddress', t.management_address::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger network_device_insert_searched after insert on network_device referencing new table as touched for each statement execute function network_device_searched();
create trigger network_device_update_searched after update on network_device referencing old table as former new table as touched for each statement execute function network_device_searched();
create trigger network_device_delete_searched after delete on network_device referencing old table as touched for each statement execute function drop_search_entries();
create function equipment_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Equipment', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Equipment', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger equipment_insert_searched after insert on equipment referencing new table as touched for each statement execute function equipment_searched();
create trigger equipment_update_searched after update on equipment referencing old table as former new table as touched for each statement execute function equipment_searched();
create trigger equipment_delete_searched after delete on equipment referencing old table as touched for each statement execute function drop_search_entries();
create function virtual_machine_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'VirtualMachine', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id, t.other_scope_ids) is distinct from (f.name, f.labels, f.scope_id, f.other_scope_ids));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'VirtualMachine', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger virtual_machine_insert_searched after insert on virtual_machine referencing new table as touched for each statement execute function virtual_machine_searched();
create trigger virtual_machine_update_searched after update on virtual_machine referencing old table as former new table as touched for each statement execute function virtual_machine_searched();
create trigger virtual_machine_delete_searched after delete on virtual_machine referencing old table as touched for each statement execute function drop_search_entries();
create function module_bay_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ModuleBay', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ModuleBay', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger module_bay_insert_searched after insert on module_bay referencing new table as touched for each statement execute function module_bay_searched();
create trigger module_bay_update_searched after update on module_bay referencing old table as former new table as touched for each statement execute function module_bay_searched();
create trigger module_bay_delete_searched after delete on module_bay referencing old table as touched for each statement execute function drop_search_entries();
create function module_type_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ModuleType', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ModuleType', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger module_type_insert_searched after insert on module_type referencing new table as touched for each statement execute function module_type_searched();
create trigger module_type_update_searched after update on module_type referencing old table as former new table as touched for each statement execute function module_type_searched();
create trigger module_type_delete_searched after delete on module_type referencing old table as touched for each statement execute function drop_search_entries();
create function module_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Module', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.serial', t.serial::text), ('spec.assetTag', t.asset_tag::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.serial, t.asset_tag, t.labels, t.scope_id) is distinct from (f.name, f.serial, f.asset_tag, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Module', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.serial', t.serial::text), ('spec.assetTag', t.asset_tag::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger module_insert_searched after insert on module referencing new table as touched for each statement execute function module_searched();
create trigger module_update_searched after update on module referencing old table as former new table as touched for each statement execute function module_searched();
create trigger module_delete_searched after delete on module referencing old table as touched for each statement execute function drop_search_entries();
create function port_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Port', true, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Port', true, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger port_insert_searched after insert on port referencing new table as touched for each statement execute function port_searched();
create trigger port_update_searched after update on port referencing old table as former new table as touched for each statement execute function port_searched();
create trigger port_delete_searched after delete on port referencing old table as touched for each statement execute function drop_search_entries();
create function pass_through_port_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PassThroughPort', true, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PassThroughPort', true, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger pass_through_port_insert_searched after insert on pass_through_port referencing new table as touched for each statement execute function pass_through_port_searched();
create trigger pass_through_port_update_searched after update on pass_through_port referencing old table as former new table as touched for each statement execute function pass_through_port_searched();
create trigger pass_through_port_delete_searched after delete on pass_through_port referencing old table as touched for each statement execute function drop_search_entries();
create function port_mapping_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PortMapping', true, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PortMapping', true, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger port_mapping_insert_searched after insert on port_mapping referencing new table as touched for each statement execute function port_mapping_searched();
create trigger port_mapping_update_searched after update on port_mapping referencing old table as former new table as touched for each statement execute function port_mapping_searched();
create trigger port_mapping_delete_searched after delete on port_mapping referencing old table as touched for each statement execute function drop_search_entries();
create function cable_profile_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'CableProfile', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'CableProfile', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger cable_profile_insert_searched after insert on cable_profile referencing new table as touched for each statement execute function cable_profile_searched();
create trigger cable_profile_update_searched after update on cable_profile referencing old table as former new table as touched for each statement execute function cable_profile_searched();
create trigger cable_profile_delete_searched after delete on cable_profile referencing old table as touched for each statement execute function drop_search_entries();
create function cable_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Cable', true, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from touched t
    cross join lateral (values ('name', t.name::text), ('spec.label', t.label::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.label, t.labels, t.scope_id, t.other_scope_ids) is distinct from (f.name, f.label, f.labels, f.scope_id, f.other_scope_ids));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Cable', true, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.label', t.label::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger cable_insert_searched after insert on cable referencing new table as touched for each statement execute function cable_searched();
create trigger cable_update_searched after update on cable referencing old table as former new table as touched for each statement execute function cable_searched();
create trigger cable_delete_searched after delete on cable referencing old table as touched for each statement execute function drop_search_entries();
create function link_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Link', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id, t.other_scope_ids) is distinct from (f.name, f.labels, f.scope_id, f.other_scope_ids));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Link', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger link_insert_searched after insert on link referencing new table as touched for each statement execute function link_searched();
create trigger link_update_searched after update on link referencing old table as former new table as touched for each statement execute function link_searched();
create trigger link_delete_searched after delete on link referencing old table as touched for each statement execute function drop_search_entries();
create function circuit_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Circuit', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from touched t
    cross join lateral (values ('name', t.name::text), ('spec.circuitID', t.circuit_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.circuit_id, t.labels, t.scope_id, t.other_scope_ids) is distinct from (f.name, f.circuit_id, f.labels, f.scope_id, f.other_scope_ids));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Circuit', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.circuitID', t.circuit_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger circuit_insert_searched after insert on circuit referencing new table as touched for each statement execute function circuit_searched();
create trigger circuit_update_searched after update on circuit referencing old table as former new table as touched for each statement execute function circuit_searched();
create trigger circuit_delete_searched after delete on circuit referencing old table as touched for each statement execute function drop_search_entries();
create function device_slot_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeviceSlot', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeviceSlot', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger device_slot_insert_searched after insert on device_slot referencing new table as touched for each statement execute function device_slot_searched();
create trigger device_slot_update_searched after update on device_slot referencing old table as former new table as touched for each statement execute function device_slot_searched();
create trigger device_slot_delete_searched after delete on device_slot referencing old table as touched for each statement execute function drop_search_entries();
create function device_type_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeviceType', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeviceType', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger device_type_insert_searched after insert on device_type referencing new table as touched for each statement execute function device_type_searched();
create trigger device_type_update_searched after update on device_type referencing old table as former new table as touched for each statement execute function device_type_searched();
create trigger device_type_delete_searched after delete on device_type referencing old table as touched for each statement execute function drop_search_entries();
create function asset_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Asset', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.serial', t.serial::text), ('spec.assetTag', t.asset_tag::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.serial, t.asset_tag, t.labels, t.scope_id) is distinct from (f.name, f.serial, f.asset_tag, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Asset', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.serial', t.serial::text), ('spec.assetTag', t.asset_tag::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger asset_insert_searched after insert on asset referencing new table as touched for each statement execute function asset_searched();
create trigger asset_update_searched after update on asset referencing old table as former new table as touched for each statement execute function asset_searched();
create trigger asset_delete_searched after delete on asset referencing old table as touched for each statement execute function drop_search_entries();
create function device_mounting_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeviceMounting', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeviceMounting', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger device_mounting_insert_searched after insert on device_mounting referencing new table as touched for each statement execute function device_mounting_searched();
create trigger device_mounting_update_searched after update on device_mounting referencing old table as former new table as touched for each statement execute function device_mounting_searched();
create trigger device_mounting_delete_searched after delete on device_mounting referencing old table as touched for each statement execute function drop_search_entries();
create function power_port_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PowerPort', true, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PowerPort', true, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger power_port_insert_searched after insert on power_port referencing new table as touched for each statement execute function power_port_searched();
create trigger power_port_update_searched after update on power_port referencing old table as former new table as touched for each statement execute function power_port_searched();
create trigger power_port_delete_searched after delete on power_port referencing old table as touched for each statement execute function drop_search_entries();
create function unit_reservation_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'UnitReservation', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'UnitReservation', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger unit_reservation_insert_searched after insert on unit_reservation referencing new table as touched for each statement execute function unit_reservation_searched();
create trigger unit_reservation_update_searched after update on unit_reservation referencing old table as former new table as touched for each statement execute function unit_reservation_searched();
create trigger unit_reservation_delete_searched after delete on unit_reservation referencing old table as touched for each statement execute function drop_search_entries();
create function provider_network_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProviderNetwork', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text), ('spec.serviceID', t.service_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.service_id, t.labels, t.scope_id) is distinct from (f.name, f.service_id, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProviderNetwork', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.serviceID', t.service_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger provider_network_insert_searched after insert on provider_network referencing new table as touched for each statement execute function provider_network_searched();
create trigger provider_network_update_searched after update on provider_network referencing old table as former new table as touched for each statement execute function provider_network_searched();
create trigger provider_network_delete_searched after delete on provider_network referencing old table as touched for each statement execute function drop_search_entries();
create function circuit_termination_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'CircuitTermination', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from touched t
    cross join lateral (values ('name', t.name::text), ('spec.crossConnectID', t.cross_connect_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.cross_connect_id, t.labels, t.scope_id, t.other_scope_ids) is distinct from (f.name, f.cross_connect_id, f.labels, f.scope_id, f.other_scope_ids));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'CircuitTermination', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text), ('spec.crossConnectID', t.cross_connect_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger circuit_termination_insert_searched after insert on circuit_termination referencing new table as touched for each statement execute function circuit_termination_searched();
create trigger circuit_termination_update_searched after update on circuit_termination referencing old table as former new table as touched for each statement execute function circuit_termination_searched();
create trigger circuit_termination_delete_searched after delete on circuit_termination referencing old table as touched for each statement execute function drop_search_entries();
create function rack_type_searched() returns trigger language plpgsql set enable_nestloop = off as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'RackType', false, v.value, left(lower(v.value), 400), t.scope_id, null from touched t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
  else
    changed := array(select t.id from touched t join former f on f.id = t.id where (t.name, t.labels, t.scope_id) is distinct from (f.name, f.labels, f.scope_id));
    if changed <> '{}' then
      delete from search_entry e where e.object_id = any(changed);
      insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'RackType', false, v.value, left(lower(v.value), 400), t.scope_id, null from unnest(changed) c (id) join touched t on t.id = c.id
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
    end if;
  end if;
  return null;
end $$;
create trigger rack_type_insert_searched after insert on rack_type referencing new table as touched for each statement execute function rack_type_searched();
create trigger rack_type_update_searched after update on rack_type referencing old table as former new table as touched for each statement execute function rack_type_searched();
create trigger rack_type_delete_searched after delete on rack_type referencing old table as touched for each statement execute function drop_search_entries();

-- Of what every catalog has from the start.
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'User', false, v.value, left(lower(v.value), 400), t.scope_id, null from user_account t
    cross join lateral (values ('name', t.name::text), ('spec.email', t.email::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'UserDeactivation', false, v.value, left(lower(v.value), 400), t.scope_id, null from user_deactivation t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Organization', false, v.value, left(lower(v.value), 400), t.scope_id, null from organization t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Project', false, v.value, left(lower(v.value), 400), t.scope_id, null from project t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceAccount', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_account t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'IdentityLink', false, v.value, left(lower(v.value), 400), t.scope_id, null from identity_link t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Group', false, v.value, left(lower(v.value), 400), t.scope_id, null from user_group t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'GroupMembership', false, v.value, left(lower(v.value), 400), t.scope_id, null from group_membership t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'GroupNesting', false, v.value, left(lower(v.value), 400), t.scope_id, null from group_nesting t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProtectedResource', false, v.value, left(lower(v.value), 400), t.scope_id, null from protected_resource t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Role', false, v.value, left(lower(v.value), 400), t.scope_id, null from role t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PolicyBinding', false, v.value, left(lower(v.value), 400), t.scope_id, null from policy_binding t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Folder', false, v.value, left(lower(v.value), 400), t.scope_id, null from folder t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProjectPlacement', false, v.value, left(lower(v.value), 400), t.scope_id, null from project_placement t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'OrganizationMembership', false, v.value, left(lower(v.value), 400), t.scope_id, null from organization_membership t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProjectSuspension', false, v.value, left(lower(v.value), 400), t.scope_id, null from project_suspension t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Service', false, v.value, left(lower(v.value), 400), t.scope_id, null from service t
    cross join lateral (values ('name', t.name::text), ('spec.serviceName', t.service_name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Offer', false, v.value, left(lower(v.value), 400), t.scope_id, null from offer t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceConfiguration', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_configuration t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ConfigurationActivation', false, v.value, left(lower(v.value), 400), t.scope_id, null from configuration_activation t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceEntitlement', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_entitlement t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceConsumer', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_consumer t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceActivationRequest', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_activation_request t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceAvailability', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_availability t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceListing', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_listing t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceReservation', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_reservation t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ConsumerPortalPlugin', false, v.value, left(lower(v.value), 400), t.scope_id, null from consumer_portal_plugin t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProviderPortalPlugin', false, v.value, left(lower(v.value), 400), t.scope_id, null from provider_portal_plugin t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'MeterDefinition', false, v.value, left(lower(v.value), 400), t.scope_id, null from meter_definition t
    cross join lateral (values ('name', t.name::text), ('spec.meterName', t.meter_name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'MonitoredResourceType', false, v.value, left(lower(v.value), 400), t.scope_id, null from monitored_resource_type t
    cross join lateral (values ('name', t.name::text), ('spec.resourceTypeName', t.resource_type_name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServicePricing', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_pricing t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ResourceRegistration', false, v.value, left(lower(v.value), 400), t.scope_id, null from resource_registration t
    cross join lateral (values ('name', t.name::text), ('spec.resourceType', t.resource_type::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ClaimCreationPolicy', false, v.value, left(lower(v.value), 400), t.scope_id, null from claim_creation_policy t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ResourceGrant', false, v.value, left(lower(v.value), 400), t.scope_id, null from resource_grant t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'FeedConsumer', false, v.value, left(lower(v.value), 400), t.scope_id, null from feed_consumer t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Region', false, v.value, left(lower(v.value), 400), t.scope_id, null from region t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'RegionState', false, v.value, left(lower(v.value), 400), t.scope_id, null from region_state t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'RegionPolicy', false, v.value, left(lower(v.value), 400), t.scope_id, null from region_policy t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceRuntime', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_runtime t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceVersion', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_version t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceImport', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_import t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ServiceUse', false, v.value, left(lower(v.value), 400), t.scope_id, null from service_use t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ApiResource', false, v.value, left(lower(v.value), 400), t.scope_id, null from api_resource t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Provider', false, v.value, left(lower(v.value), 400), t.scope_id, null from provider t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text), ('spec.contract.contractID', t.contract_contract_id::text), ('spec.contract.accountID', t.contract_account_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Site', false, v.value, left(lower(v.value), 400), t.scope_id, null from site t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Cluster', false, v.value, left(lower(v.value), 400), t.scope_id, null from cluster t
    cross join lateral (values ('name', t.name::text), ('spec.displayName', t.display_name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Rack', false, v.value, left(lower(v.value), 400), t.scope_id, null from rack t
    cross join lateral (values ('name', t.name::text), ('spec.name', t.rack_label::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Node', false, v.value, left(lower(v.value), 400), t.scope_id, null from node t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Deployment', false, v.value, left(lower(v.value), 400), t.scope_id, null from deployment t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeploymentReport', false, v.value, left(lower(v.value), 400), t.scope_id, null from deployment_report t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'NetworkDevice', false, v.value, left(lower(v.value), 400), t.scope_id, null from network_device t
    cross join lateral (values ('name', t.name::text), ('spec.managementAddress', t.management_address::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Equipment', false, v.value, left(lower(v.value), 400), t.scope_id, null from equipment t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'VirtualMachine', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from virtual_machine t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ModuleBay', false, v.value, left(lower(v.value), 400), t.scope_id, null from module_bay t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ModuleType', false, v.value, left(lower(v.value), 400), t.scope_id, null from module_type t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Module', false, v.value, left(lower(v.value), 400), t.scope_id, null from module t
    cross join lateral (values ('name', t.name::text), ('spec.serial', t.serial::text), ('spec.assetTag', t.asset_tag::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Port', true, v.value, left(lower(v.value), 400), t.scope_id, null from port t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PassThroughPort', true, v.value, left(lower(v.value), 400), t.scope_id, null from pass_through_port t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PortMapping', true, v.value, left(lower(v.value), 400), t.scope_id, null from port_mapping t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'CableProfile', false, v.value, left(lower(v.value), 400), t.scope_id, null from cable_profile t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Cable', true, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from cable t
    cross join lateral (values ('name', t.name::text), ('spec.label', t.label::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Link', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from link t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Circuit', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from circuit t
    cross join lateral (values ('name', t.name::text), ('spec.circuitID', t.circuit_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeviceSlot', false, v.value, left(lower(v.value), 400), t.scope_id, null from device_slot t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeviceType', false, v.value, left(lower(v.value), 400), t.scope_id, null from device_type t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'Asset', false, v.value, left(lower(v.value), 400), t.scope_id, null from asset t
    cross join lateral (values ('name', t.name::text), ('spec.serial', t.serial::text), ('spec.assetTag', t.asset_tag::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'DeviceMounting', false, v.value, left(lower(v.value), 400), t.scope_id, null from device_mounting t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'PowerPort', true, v.value, left(lower(v.value), 400), t.scope_id, null from power_port t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'UnitReservation', false, v.value, left(lower(v.value), 400), t.scope_id, null from unit_reservation t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'ProviderNetwork', false, v.value, left(lower(v.value), 400), t.scope_id, null from provider_network t
    cross join lateral (values ('name', t.name::text), ('spec.serviceID', t.service_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'CircuitTermination', false, v.value, left(lower(v.value), 400), t.scope_id, t.other_scope_ids from circuit_termination t
    cross join lateral (values ('name', t.name::text), ('spec.crossConnectID', t.cross_connect_id::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
insert into search_entry (object_id, field, kind, is_part, value, folded, scope_id, other_scope_ids)
    select t.id, v.field, 'RackType', false, v.value, left(lower(v.value), 400), t.scope_id, null from rack_type t
    cross join lateral (values ('name', t.name::text) union all select * from searched_labels(t.labels)) v (field, value) where v.value <> '';
