create function refuse_reference_change() returns trigger language plpgsql as $$
begin
  raise exception 'what others were compared with never changes';
end $$;

create trigger reference_versions_never_change
before update or delete or truncate on reference_versions
for each statement execute function refuse_reference_change();
