-- Of which changes a version of the flow is, and which of them asked a gate.
create index change_checks_by_subject on change_checks (subject);
