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
