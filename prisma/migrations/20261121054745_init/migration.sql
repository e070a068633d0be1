-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

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
    "received_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" JSONB NOT NULL,
    "operation" TEXT,
    "verb" TEXT NOT NULL,
    "permission" TEXT,
    "resource_kind" TEXT NOT NULL,
    "resource_id" UUID,
    "resource_name" TEXT NOT NULL,
    "scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "decision" JSONB,
    "error_code" TEXT,
    "changes" JSONB,

    CONSTRAINT "audit_record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "change" (
    "position" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "object_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "revision" BIGINT NOT NULL,
    "scope_id" UUID NOT NULL,
    "after" JSONB,
    "actor" JSONB,

    CONSTRAINT "change_pkey" PRIMARY KEY ("position")
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

    CONSTRAINT "authz_outbox_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "access_position" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "access_position_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_account" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "given_name" TEXT,
    "family_name" TEXT,

    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope_id" UUID NOT NULL,
    "state" "principal_state" NOT NULL,

    CONSTRAINT "service_account_pkey" PRIMARY KEY ("id")
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
CREATE TABLE "virtual_machine" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope_id" UUID NOT NULL,
    "device_node_id" UUID,
    "device_network_device_id" UUID,
    "device_rack_id" UUID,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope_id" UUID NOT NULL,
    "other_scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "media" "cable_media" NOT NULL,
    "length_m" TEXT,
    "length_m_value" DECIMAL,
    "label" TEXT,

    CONSTRAINT "cable_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cable_termination" (
    "cable_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "port_id" UUID NOT NULL,

    CONSTRAINT "cable_termination_pkey" PRIMARY KEY ("cable_id","position")
);

-- CreateTable
CREATE TABLE "cable_assembly" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope_id" UUID NOT NULL,
    "other_scope_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "profile_id" UUID,
    "media" "cable_media" NOT NULL,
    "status" "cable_status" NOT NULL,
    "length_m" TEXT,
    "length_m_value" DECIMAL,
    "label" TEXT,

    CONSTRAINT "cable_assembly_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cable_assembly_a_end" (
    "cable_assembly_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "port_id" UUID NOT NULL,

    CONSTRAINT "cable_assembly_a_end_pkey" PRIMARY KEY ("cable_assembly_id","position")
);

-- CreateTable
CREATE TABLE "cable_assembly_b_end" (
    "cable_assembly_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "port_id" UUID NOT NULL,

    CONSTRAINT "cable_assembly_b_end_pkey" PRIMARY KEY ("cable_assembly_id","position")
);

-- CreateTable
CREATE TABLE "link" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope_id" UUID NOT NULL,
    "chassis_node_id" UUID,
    "chassis_network_device_id" UUID,
    "slot" TEXT NOT NULL,
    "occupant_node_id" UUID,
    "occupant_network_device_id" UUID,

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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "configuration_id" UUID,
    "published_at" TIMESTAMPTZ(6),
    "deprecated_at" TIMESTAMPTZ(6),
    "retired_at" TIMESTAMPTZ(6),

    CONSTRAINT "monitored_resource_type_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource_registration" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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

    CONSTRAINT "resource_registration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "region_state" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
CREATE TABLE "configuration_activation" (
    "id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "configuration_id" UUID NOT NULL,
    "configuration_name" TEXT NOT NULL,
    "activated_at" TIMESTAMPTZ(6) NOT NULL,
    "deactivated_at" TIMESTAMPTZ(6),

    CONSTRAINT "configuration_activation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quota_limit" (
    "configuration_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "display_name" TEXT,
    "description" TEXT,
    "metric" TEXT NOT NULL,
    "meter_definition_id" UUID NOT NULL,
    "consumer_api_group" TEXT NOT NULL,
    "consumer_kind" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "default_limit" BIGINT NOT NULL,
    "max_limit" BIGINT,

    CONSTRAINT "quota_limit_pkey" PRIMARY KEY ("configuration_id","name")
);

-- CreateTable
CREATE TABLE "claim_rule" (
    "configuration_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "metric" TEXT NOT NULL,
    "api_group" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "cost" BIGINT NOT NULL,

    CONSTRAINT "claim_rule_pkey" PRIMARY KEY ("configuration_id","position","metric")
);

-- CreateTable
CREATE TABLE "service" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "default_offer" TEXT,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "request_message" TEXT,
    "status_phase" "entitlement_phase",
    "origin" "entitlement_origin" NOT NULL DEFAULT 'Direct',
    "dependency_of_id" UUID,
    "entitled_at" TIMESTAMPTZ(6),

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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "consumer_project_id" UUID NOT NULL,
    "approval_decision" "approval_decision",
    "approval_message" TEXT,
    "suspended" BOOLEAN NOT NULL,
    "status_phase" "consumer_phase",
    "entitled_at" TIMESTAMPTZ(6),

    CONSTRAINT "service_consumer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organization" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "annotations" JSONB NOT NULL DEFAULT '{}',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
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
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "reason" "suspension_reason" NOT NULL,
    "reinstate_authority" "reinstate_authority" NOT NULL,
    "requested_by" TEXT,
    "description" TEXT,

    CONSTRAINT "project_suspension_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_record_resource_idx" ON "audit_record"("resource_kind", "resource_id", "received_at");

-- CreateIndex
CREATE INDEX "audit_record_scopes_idx" ON "audit_record" USING GIN ("scope_ids");

-- CreateIndex
CREATE INDEX "change_object_idx" ON "change"("kind", "object_id", "position");

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
CREATE INDEX "user_account_scope_idx" ON "user_account"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "user_account_order_idx" ON "user_account"("name", "id");

-- CreateIndex
CREATE INDEX "user_account_labels_idx" ON "user_account" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "user_account_name_key" ON "user_account"("name");

-- CreateIndex
CREATE INDEX "service_account_scope_idx" ON "service_account"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "service_account_order_idx" ON "service_account"("name", "id");

-- CreateIndex
CREATE INDEX "service_account_labels_idx" ON "service_account" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "service_account_name_key" ON "service_account"("project_id", "name");

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
CREATE INDEX "group_nesting_member_user_group_id_idx" ON "group_nesting"("member_user_group_id", "name", "id");

-- CreateIndex
CREATE INDEX "group_nesting_member_service_account_id_idx" ON "group_nesting"("member_service_account_id", "name", "id");

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
CREATE INDEX "policy_binding_subject_user_account_id_idx" ON "policy_binding_subject"("user_account_id", "policy_binding_id");

-- CreateIndex
CREATE INDEX "policy_binding_subject_user_group_id_idx" ON "policy_binding_subject"("user_group_id", "policy_binding_id");

-- CreateIndex
CREATE INDEX "policy_binding_subject_service_account_id_idx" ON "policy_binding_subject"("service_account_id", "policy_binding_id");

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
CREATE INDEX "rack_scope_idx" ON "rack"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "rack_order_idx" ON "rack"("name", "id");

-- CreateIndex
CREATE INDEX "rack_labels_idx" ON "rack" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "rack_site_id_idx" ON "rack"("site_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "rack_name_key" ON "rack"("name");

-- CreateIndex
CREATE INDEX "node_scope_idx" ON "node"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "node_order_idx" ON "node"("name", "id");

-- CreateIndex
CREATE INDEX "node_labels_idx" ON "node" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "node_site_id_idx" ON "node"("site_id", "name", "id");

-- CreateIndex
CREATE INDEX "node_assignment_cluster_id_idx" ON "node"("assignment_cluster_id", "name", "id");

-- CreateIndex
CREATE INDEX "node_placement_rack_id_idx" ON "node"("placement_rack_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "node_name_key" ON "node"("name");

-- CreateIndex
CREATE INDEX "network_device_scope_idx" ON "network_device"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "network_device_order_idx" ON "network_device"("name", "id");

-- CreateIndex
CREATE INDEX "network_device_labels_idx" ON "network_device" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "network_device_cluster_id_idx" ON "network_device"("cluster_id", "name", "id");

-- CreateIndex
CREATE INDEX "network_device_site_id_idx" ON "network_device"("site_id", "name", "id");

-- CreateIndex
CREATE INDEX "network_device_placement_rack_id_idx" ON "network_device"("placement_rack_id", "name", "id");

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
CREATE INDEX "port_scope_idx" ON "port"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "port_order_idx" ON "port"("name", "id");

-- CreateIndex
CREATE INDEX "port_labels_idx" ON "port" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "port_device_node_id_idx" ON "port"("device_node_id", "name", "id");

-- CreateIndex
CREATE INDEX "port_device_network_device_id_idx" ON "port"("device_network_device_id", "name", "id");

-- CreateIndex
CREATE INDEX "port_device_rack_id_idx" ON "port"("device_rack_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "port_name_key" ON "port"("name");

-- CreateIndex
CREATE INDEX "pass_through_port_scope_idx" ON "pass_through_port"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "pass_through_port_order_idx" ON "pass_through_port"("name", "id");

-- CreateIndex
CREATE INDEX "pass_through_port_labels_idx" ON "pass_through_port" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "pass_through_port_port_id_idx" ON "pass_through_port"("port_id", "name", "id");

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
CREATE UNIQUE INDEX "cable_name_key" ON "cable"("name");

-- CreateIndex
CREATE INDEX "cable_termination_port_id_idx" ON "cable_termination"("port_id", "cable_id");

-- CreateIndex
CREATE INDEX "cable_assembly_scope_idx" ON "cable_assembly"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "cable_assembly_order_idx" ON "cable_assembly"("name", "id");

-- CreateIndex
CREATE INDEX "cable_assembly_labels_idx" ON "cable_assembly" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "cable_assembly_other_scopes_idx" ON "cable_assembly" USING GIN ("other_scope_ids");

-- CreateIndex
CREATE INDEX "cable_assembly_profile_id_idx" ON "cable_assembly"("profile_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "cable_assembly_name_key" ON "cable_assembly"("name");

-- CreateIndex
CREATE INDEX "cable_assembly_a_end_port_id_idx" ON "cable_assembly_a_end"("port_id", "cable_assembly_id");

-- CreateIndex
CREATE INDEX "cable_assembly_b_end_port_id_idx" ON "cable_assembly_b_end"("port_id", "cable_assembly_id");

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
CREATE INDEX "link_endpoint_site_id_idx" ON "link_endpoint"("site_id", "link_id");

-- CreateIndex
CREATE INDEX "link_endpoint_cluster_id_idx" ON "link_endpoint"("cluster_id", "link_id");

-- CreateIndex
CREATE INDEX "link_endpoint_network_device_id_idx" ON "link_endpoint"("network_device_id", "link_id");

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
CREATE INDEX "circuit_a_end_site_id_idx" ON "circuit"("a_end_site_id", "name", "id");

-- CreateIndex
CREATE INDEX "circuit_a_end_port_id_idx" ON "circuit"("a_end_port_id", "name", "id");

-- CreateIndex
CREATE INDEX "circuit_z_end_site_id_idx" ON "circuit"("z_end_site_id", "name", "id");

-- CreateIndex
CREATE INDEX "circuit_z_end_port_id_idx" ON "circuit"("z_end_port_id", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "circuit_name_key" ON "circuit"("name");

-- CreateIndex
CREATE INDEX "device_slot_scope_idx" ON "device_slot"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "device_slot_order_idx" ON "device_slot"("name", "id");

-- CreateIndex
CREATE INDEX "device_slot_labels_idx" ON "device_slot" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE INDEX "device_slot_chassis_node_id_idx" ON "device_slot"("chassis_node_id", "name", "id");

-- CreateIndex
CREATE INDEX "device_slot_chassis_network_device_id_idx" ON "device_slot"("chassis_network_device_id", "name", "id");

-- CreateIndex
CREATE INDEX "device_slot_occupant_node_id_idx" ON "device_slot"("occupant_node_id", "name", "id");

-- CreateIndex
CREATE INDEX "device_slot_occupant_network_device_id_idx" ON "device_slot"("occupant_network_device_id", "name", "id");

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
CREATE UNIQUE INDEX "resource_registration_resource_type_key" ON "resource_registration"("resource_type");

-- CreateIndex
CREATE INDEX "resource_registration_scope_idx" ON "resource_registration"("scope_id", "name", "id");

-- CreateIndex
CREATE INDEX "resource_registration_order_idx" ON "resource_registration"("name", "id");

-- CreateIndex
CREATE INDEX "resource_registration_labels_idx" ON "resource_registration" USING GIN ("labels" jsonb_ops);

-- CreateIndex
CREATE UNIQUE INDEX "resource_registration_name_key" ON "resource_registration"("name");

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
CREATE INDEX "deployment_runs_on_site_id_idx" ON "deployment_runs_on"("site_id", "deployment_id");

-- CreateIndex
CREATE INDEX "deployment_runs_on_cluster_id_idx" ON "deployment_runs_on"("cluster_id", "deployment_id");

-- CreateIndex
CREATE INDEX "deployment_runs_on_node_id_idx" ON "deployment_runs_on"("node_id", "deployment_id");

-- CreateIndex
CREATE INDEX "scope_parent_idx" ON "scope"("parent_id");

-- CreateIndex
CREATE INDEX "scope_closure_ancestor_idx" ON "scope_closure"("ancestor_id", "descendant_id");

-- CreateIndex
CREATE INDEX "configuration_activation_service_idx" ON "configuration_activation"("service_id", "activated_at");

-- CreateIndex
CREATE INDEX "configuration_activation_configuration_idx" ON "configuration_activation"("configuration_id");

-- CreateIndex
CREATE INDEX "quota_limit_meter_idx" ON "quota_limit"("meter_definition_id");

-- CreateIndex
CREATE INDEX "quota_limit_metric_idx" ON "quota_limit"("metric");

-- CreateIndex
CREATE INDEX "claim_rule_kind_idx" ON "claim_rule"("api_group", "kind");

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
CREATE UNIQUE INDEX "service_entitlement_name_key" ON "service_entitlement"("project_id", "name");

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

-- AddForeignKey
ALTER TABLE "role_permission" ADD CONSTRAINT "role_permission_permission_id_fkey" FOREIGN KEY ("permission_id") REFERENCES "permission"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "grant_edge" ADD CONSTRAINT "grant_edge_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "grant_assignee" ADD CONSTRAINT "grant_assignee_grant_id_fkey" FOREIGN KEY ("grant_id") REFERENCES "grant_edge"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_account" ADD CONSTRAINT "user_account_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_account" ADD CONSTRAINT "service_account_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

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
ALTER TABLE "cable_termination" ADD CONSTRAINT "cable_termination_cable_id_fkey" FOREIGN KEY ("cable_id") REFERENCES "cable"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_termination" ADD CONSTRAINT "cable_termination_port_id_fkey" FOREIGN KEY ("port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_assembly" ADD CONSTRAINT "cable_assembly_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_assembly" ADD CONSTRAINT "cable_assembly_profile_id_fkey" FOREIGN KEY ("profile_id") REFERENCES "cable_profile"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_assembly_a_end" ADD CONSTRAINT "cable_assembly_a_end_cable_assembly_id_fkey" FOREIGN KEY ("cable_assembly_id") REFERENCES "cable_assembly"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_assembly_a_end" ADD CONSTRAINT "cable_assembly_a_end_port_id_fkey" FOREIGN KEY ("port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_assembly_b_end" ADD CONSTRAINT "cable_assembly_b_end_cable_assembly_id_fkey" FOREIGN KEY ("cable_assembly_id") REFERENCES "cable_assembly"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "cable_assembly_b_end" ADD CONSTRAINT "cable_assembly_b_end_port_id_fkey" FOREIGN KEY ("port_id") REFERENCES "port"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

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
ALTER TABLE "resource_registration" ADD CONSTRAINT "resource_registration_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

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
ALTER TABLE "service_consumer" ADD CONSTRAINT "service_consumer_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_consumer" ADD CONSTRAINT "service_consumer_scope_id_fkey" FOREIGN KEY ("scope_id") REFERENCES "scope"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_consumer" ADD CONSTRAINT "service_consumer_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "service_consumer" ADD CONSTRAINT "service_consumer_consumer_project_id_fkey" FOREIGN KEY ("consumer_project_id") REFERENCES "project"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

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

create sequence catalog_revision;

insert into scope (id, kind) values ('00000000-0000-7000-8000-000000000000', 'Platform');

insert into scope_closure (ancestor_id, descendant_id, depth)
values ('00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000000', 0);

insert into access_position (id) values (1);

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

insert into user_group (id, name, namespace, revision, scope_id)
values ('00000000-0000-7000-8000-000000000001', 'system:authenticated', 'milo-system', nextval('catalog_revision'), '00000000-0000-7000-8000-000000000000');

alter table policy_binding_subject add constraint policy_binding_subject_one check (num_nonnulls(user_account_id, user_group_id, service_account_id) = 1);

alter table group_nesting add constraint group_nesting_one_member check (num_nonnulls(member_user_group_id, member_service_account_id) = 1);

create extension if not exists btree_gist;

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

create unique index cable_termination_port_free on cable_termination (port_id);

alter table port add constraint port_one_device check (num_nonnulls(device_node_id, device_network_device_id, device_rack_id) = 1);

create unique index port_label_of_node_key on port (device_node_id, port_label);

create unique index port_label_of_network_device_key on port (device_network_device_id, port_label);

create unique index port_label_of_rack_key on port (device_rack_id, port_label);

create unique index circuit_id_of_provider_key on circuit (provider_id, circuit_id);

alter table circuit add constraint circuit_one_a_end check (num_nonnulls(a_end_site_id, a_end_port_id) = 1);

alter table circuit add constraint circuit_one_z_end check (num_nonnulls(z_end_site_id, z_end_port_id) = 1);

alter table link_endpoint add constraint link_endpoint_one_target check (num_nonnulls(site_id, cluster_id, network_device_id) = 1);

create unique index pass_through_port_once on pass_through_port (port_id);

create unique index port_mapping_front_key on port_mapping (front_port_id, front_position);

create unique index port_mapping_rear_key on port_mapping (rear_port_id, rear_position);

create unique index device_slot_occupant_node_key on device_slot (occupant_node_id);

create unique index device_slot_occupant_network_device_key on device_slot (occupant_network_device_id);

CREATE UNIQUE INDEX meter_definition_own_name ON meter_definition (api_group, name) WHERE configuration_id IS NULL;

CREATE UNIQUE INDEX meter_definition_once_per_configuration ON meter_definition (configuration_id, meter_name) WHERE configuration_id IS NOT NULL;

ALTER TABLE meter_definition ADD CONSTRAINT meter_definition_one_in_force EXCLUDE USING btree (meter_name WITH =) WHERE (in_force) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX meter_definition_by_meter_name ON meter_definition (meter_name);

CREATE INDEX meter_definition_in_force ON meter_definition (service_id, name, id) WHERE in_force;

CREATE INDEX meter_definition_by_named_types ON meter_definition USING gin (monitored_resource_types) WHERE configuration_id IS NULL;

CREATE UNIQUE INDEX monitored_resource_type_own_name ON monitored_resource_type (api_group, name) WHERE configuration_id IS NULL;

CREATE UNIQUE INDEX monitored_resource_type_once_per_configuration ON monitored_resource_type (configuration_id, resource_type_name) WHERE configuration_id IS NOT NULL;

ALTER TABLE monitored_resource_type ADD CONSTRAINT monitored_resource_type_one_in_force EXCLUDE USING btree (resource_type_name WITH =) WHERE (in_force) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX monitored_resource_type_by_type_name ON monitored_resource_type (resource_type_name);

CREATE INDEX monitored_resource_type_by_kind ON monitored_resource_type (gvk_group, gvk_kind);

CREATE INDEX monitored_resource_type_in_force ON monitored_resource_type (service_id, name, id) WHERE in_force;

CREATE INDEX resource_registration_by_claiming_kind ON resource_registration USING gin (claiming_resources jsonb_path_ops);

ALTER TABLE region_state ADD CONSTRAINT region_state_once EXCLUDE USING btree (region_id WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE service_runtime ADD CONSTRAINT service_runtime_once EXCLUDE USING btree (service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE service_runtime ADD CONSTRAINT service_runtime_global_domain_once EXCLUDE USING btree (global_domain WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE service_runtime ADD CONSTRAINT service_runtime_not_led_by_itself CHECK (leading_service_id <> service_id);

ALTER TABLE service_version ADD CONSTRAINT service_version_once EXCLUDE USING btree (service_id WITH =, version WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE service_import ADD CONSTRAINT service_import_once EXCLUDE USING btree (service_version_id WITH =, target_service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE service_use ADD CONSTRAINT service_use_once EXCLUDE USING btree (service_id WITH =, target_service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE api_resource ADD CONSTRAINT api_resource_singular_once EXCLUDE USING btree (service_id WITH =, lower(singular_name) WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE api_resource ADD CONSTRAINT api_resource_plural_once EXCLUDE USING btree (service_id WITH =, lower(plural_name) WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE deployment ADD CONSTRAINT deployment_once_per_region EXCLUDE USING btree (service_id WITH =, region_id WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE deployment ADD CONSTRAINT deployment_public_domain_once EXCLUDE USING btree (public_domain WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE deployment_runs_on ADD CONSTRAINT deployment_runs_on_one_place CHECK (num_nonnulls(site_id, cluster_id, node_id) = 1);

CREATE UNIQUE INDEX deployment_runs_on_once ON deployment_runs_on (deployment_id, site_id, cluster_id, node_id) NULLS NOT DISTINCT;

CREATE VIEW deployment_site AS
  SELECT r.deployment_id, r.site_id FROM deployment_runs_on r WHERE r.site_id IS NOT NULL
  UNION
  SELECT r.deployment_id, c.control_plane_site_id FROM deployment_runs_on r JOIN cluster c ON c.id = r.cluster_id
  UNION
  SELECT r.deployment_id, n.site_id FROM deployment_runs_on r JOIN node n ON n.id = r.node_id;

CREATE VIEW service_site AS
  SELECT DISTINCT d.service_id, s.site_id FROM deployment d JOIN deployment_site s ON s.deployment_id = d.id;

ALTER TABLE service_dependency ADD CONSTRAINT service_dependency_once EXCLUDE USING btree (dependent_service_id WITH =, service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE service_dependency ADD CONSTRAINT service_dependency_not_itself CHECK (dependent_service_id <> service_id);

ALTER TABLE service_entitlement ADD CONSTRAINT service_entitlement_once_per_project EXCLUDE USING btree (project_id WITH =, service_id WITH =) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE service_consumer ADD CONSTRAINT service_consumer_once_per_project EXCLUDE USING btree (project_id WITH =, service_id WITH =, consumer_project_id WITH =) DEFERRABLE INITIALLY DEFERRED;

CREATE UNIQUE INDEX configuration_activation_one_open ON configuration_activation (service_id) WHERE deactivated_at IS NULL;

ALTER TABLE configuration_activation ADD CONSTRAINT configuration_activation_in_order CHECK (deactivated_at IS NULL OR deactivated_at >= activated_at);

ALTER TABLE quota_limit ADD CONSTRAINT quota_limit_not_negative CHECK (default_limit >= 0 AND coalesce(max_limit, 0) >= 0);

create unique index project_placement_project_key on project_placement (project_id);
