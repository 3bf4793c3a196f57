create function refuse_ended_check() returns trigger language plpgsql as $$
begin
  if old.outcome is not null then
    raise exception '% that have ended never change', tg_table_name;
  end if;
  return new;
end $$;

create trigger change_revisions_never_change
before update or delete or truncate on change_revisions
for each statement execute function refuse_change();

create trigger change_checks_never_change before update on change_checks
for each row execute function refuse_ended_check();
create trigger change_checks_never_go before delete or truncate on change_checks
for each statement execute function refuse_change();

create trigger change_decisions_never_change
before update or delete or truncate on change_decisions
for each statement execute function refuse_change();
create trigger change_events_never_change
before update or delete or truncate on change_events
for each statement execute function refuse_change();
create trigger deployment_requests_never_change
before update or delete or truncate on deployment_requests
for each statement execute function refuse_change();
