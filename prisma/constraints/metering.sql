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

-- What a consumer has reported goes with it.
alter table feed_progress add constraint feed_progress_consumer_id_fkey foreign key (consumer_id) references feed_consumer (id) on delete cascade;
