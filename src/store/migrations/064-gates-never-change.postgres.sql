create function refuse_ended_change() returns trigger language plpgsql as $$
begin
  if old.state = 'done' then
    raise exception '% that have ended never change', tg_table_name;
  end if;
  return new;
end $$;

create trigger gates_never_change before update on gates
for each row execute function refuse_ended_change();
create trigger gates_never_go before delete or truncate on gates
for each statement execute function refuse_change();

create trigger gate_measures_never_change before update or delete or truncate on gate_measures
for each statement execute function refuse_change();
create trigger gate_charges_never_change before update or delete or truncate on gate_charges
for each statement execute function refuse_change();

create trigger gate_audits_never_change before update on gate_audits
for each row execute function refuse_ended_change();
create trigger gate_audits_never_go before delete or truncate on gate_audits
for each statement execute function refuse_change();
