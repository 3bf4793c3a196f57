create function refuse_label_set_change() returns trigger language plpgsql as $$
begin
  if (old.state <> 'draft'
      and (new.state <> old.state or new.issues <> old.issues or new.revision <> old.revision))
    or old.settled_at is not null
    or (new.dataset, new.example, new.document, new.person)
      <> (old.dataset, old.example, old.document, old.person)
  then
    raise exception 'labels that were handed in never change';
  end if;
  return new;
end $$;

create trigger dataset_label_sets_stay before update on dataset_label_sets
for each row execute function refuse_label_set_change();

-- They go with the text that they are of, and not before.
create function refuse_label_set_to_go() returns trigger language plpgsql as $$
begin
  if exists (select 1 from dataset_texts where document = old.document) then
    raise exception 'labels that were handed in never change';
  end if;
  return old;
end $$;

create trigger dataset_label_sets_never_go before delete on dataset_label_sets
for each row execute function refuse_label_set_to_go();
