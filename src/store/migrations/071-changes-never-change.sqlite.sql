create trigger change_revisions_never_change before update on change_revisions
begin select raise(abort, 'change_revisions are append-only'); end;
create trigger change_revisions_never_go before delete on change_revisions
begin select raise(abort, 'change_revisions are append-only'); end;

create trigger change_checks_never_change before update on change_checks when old.outcome is not null
begin select raise(abort, 'a check that has ended never changes'); end;
create trigger change_checks_never_go before delete on change_checks
begin select raise(abort, 'checks of changes never go'); end;

create trigger change_decisions_never_change before update on change_decisions
begin select raise(abort, 'change_decisions are append-only'); end;
create trigger change_decisions_never_go before delete on change_decisions
begin select raise(abort, 'change_decisions are append-only'); end;

create trigger change_events_never_change before update on change_events
begin select raise(abort, 'change_events are append-only'); end;
create trigger change_events_never_go before delete on change_events
begin select raise(abort, 'change_events are append-only'); end;

create trigger deployment_requests_never_change before update on deployment_requests
begin select raise(abort, 'deployment_requests are append-only'); end;
create trigger deployment_requests_never_go before delete on deployment_requests
begin select raise(abort, 'deployment_requests are append-only'); end;
