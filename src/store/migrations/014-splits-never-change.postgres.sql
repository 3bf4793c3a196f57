create function refuse_other_split() returns trigger language plpgsql as $$
begin
  raise exception 'the split of a group never changes, and a document that was read never leaves its group';
end $$;

create trigger groups_never_change before update on document_groups for each row
when (
  new.id <> old.id or new.split <> old.split or new.shown_to_engineer < old.shown_to_engineer
)
execute function refuse_other_split();

create trigger groups_never_go before delete or truncate on document_groups
for each statement execute function refuse_other_split();

-- A document finds its group when it is read; from then on another group could be another split.
create trigger documents_never_move before update on documents for each row
when (new.group_id <> old.group_id and old.state = 'ready')
execute function refuse_other_split();
