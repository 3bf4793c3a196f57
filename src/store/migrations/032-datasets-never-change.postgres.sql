create function refuse_dataset_change() returns trigger language plpgsql as $$
begin
  raise exception 'versions of datasets never change';
end $$;

create trigger datasets_never_change before update or delete or truncate on datasets
for each statement execute function refuse_dataset_change();

create trigger dataset_versions_never_change before update or delete or truncate on dataset_versions
for each statement execute function refuse_dataset_change();

create trigger dataset_version_splits_never_change
before update or delete or truncate on dataset_version_splits
for each statement execute function refuse_dataset_change();

create trigger dataset_entries_never_change before update or truncate on dataset_entries
for each statement execute function refuse_dataset_change();

-- What was written for a version that then was not made may be cleared away.
create function refuse_entry_to_go() returns trigger language plpgsql as $$
begin
  if exists (select 1 from dataset_versions where id = old.version) then
    raise exception 'versions of datasets never change';
  end if;
  return old;
end $$;

create trigger dataset_entries_never_go before delete on dataset_entries
for each row execute function refuse_entry_to_go();

create trigger dataset_texts_never_change before update on dataset_texts
for each statement execute function refuse_dataset_change();

create trigger dataset_labels_never_change before update on dataset_labels
for each statement execute function refuse_dataset_change();

create trigger dataset_shown_never_changes before update or delete or truncate on dataset_shown
for each statement execute function refuse_dataset_change();
