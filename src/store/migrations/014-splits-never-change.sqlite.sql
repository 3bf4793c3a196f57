create trigger groups_never_change before update on document_groups
when new.id <> old.id or new.split <> old.split or new.shown_to_engineer < old.shown_to_engineer
begin select raise(abort, 'the split of a group never changes'); end;

create trigger groups_never_go before delete on document_groups
begin select raise(abort, 'the split of a group never changes'); end;

-- A document finds its group when it is read; from then on another group could be another split.
create trigger documents_never_move before update on documents
when new.group_id <> old.group_id and old.state = 'ready'
begin select raise(abort, 'a document that was read never leaves its group'); end;
