-- One person's entries, those of one kind or about one thing, newest first, without reading all of them.
create index audit_log_by_actor on audit_log (actor, sequence);
create index audit_log_by_action on audit_log (action, sequence);
create index audit_log_by_subject on audit_log (subject, sequence);
