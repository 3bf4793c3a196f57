create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% are append-only', tg_table_name;
end $$;

create trigger verdicts_never_change before update or delete or truncate on verdicts
for each statement execute function refuse_change();
