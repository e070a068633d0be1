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

-- configuration_activation_own_name = DUPLICATE_NAME: an activation has this object name already
CREATE UNIQUE INDEX configuration_activation_own_name ON configuration_activation (name);

-- configuration_activation_one_open = ALREADY_ACTIVE: a service has at most one configuration in force at a time
CREATE UNIQUE INDEX configuration_activation_one_open ON configuration_activation (service_id) WHERE deactivated_at IS NULL;

-- configuration_activation_in_order = ACTIVATION_ORDER: a configuration goes out of force after it came into force
ALTER TABLE configuration_activation ADD CONSTRAINT configuration_activation_in_order CHECK (deactivated_at IS NULL OR deactivated_at >= activated_at);

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

-- Whoever holds a published name goes on learning what it was when the row that had it is gone, with its service.
create function meter_definition_keep() returns trigger language plpgsql as $$
begin
  update published_meter h set deleted_at = write_instant(), deleted_row = to_jsonb(o), deleted_service = to_jsonb(s)
  from old_rows o join service s on s.id = o.service_id where h.meter_name = o.meter_name and o.phase <> 'Draft';
  return null;
end $$;
create trigger meter_definition_gone after delete on meter_definition referencing old table as old_rows for each statement execute function meter_definition_keep();
create function monitored_resource_type_keep() returns trigger language plpgsql as $$
begin
  update published_resource_type h set deleted_at = write_instant(), deleted_row = to_jsonb(o), deleted_service = to_jsonb(s)
  from old_rows o join service s on s.id = o.service_id where h.resource_type_name = o.resource_type_name and o.phase <> 'Draft';
  return null;
end $$;
create trigger monitored_resource_type_gone after delete on monitored_resource_type referencing old table as old_rows for each statement execute function monitored_resource_type_keep();
