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
