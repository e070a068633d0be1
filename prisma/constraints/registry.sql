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

-- Where a version stands in the order of releases follows from its name: v1alpha1 < v1alpha2 < v1beta1 < v1 < v2alpha1 < v2.
-- Null for what is no version.
create function release_order(version text) returns bigint language sql immutable parallel safe as $$
  select part[1]::bigint * 3000000
    + case part[2] when 'alpha' then 0 when 'beta' then 1000000 else 2000000 end + coalesce(part[3]::bigint, 0)
  from regexp_match(release_order.version, '^v(\d+)(?:(alpha|beta)(\d+))?$') part
$$;

-- Known as soon as the row is stored, so that rules about versions can be judged together with everything else.
create function service_version_release() returns trigger language plpgsql as $$
declare
  part text[] := regexp_match(new.version, '^v(\d+)(?:(alpha|beta)(\d+))?$');
begin
  new.stage := case part[2] when 'alpha' then 'Alpha' when 'beta' then 'Beta' else 'Stable' end;
  new.release_order := release_order(new.version);
  return new;
end $$;
create trigger service_version_released before insert on service_version for each row execute function service_version_release();

-- The host names that a deployment or a runtime states, without ports. Looked up by rule E2.
create function hosts_of(domain text, labelled jsonb) returns text[] language sql immutable as $$
  select array_agg(split_part(d.domain, ':', 1)) from (
    select hosts_of.domain
    union all
    select l.entry #>> '{}' from jsonb_path_query(labelled, '$[*].domain') l (entry)) d
$$;
CREATE INDEX deployment_hosts ON deployment USING gin (hosts_of(public_domain, labelled_domains));
CREATE INDEX service_runtime_hosts ON service_runtime USING gin (hosts_of(global_domain, labelled_domains));

-- The few core services, which every other one uses.
CREATE INDEX service_runtime_core ON service_runtime (service_id) WHERE core;
