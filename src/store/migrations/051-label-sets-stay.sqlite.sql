create trigger dataset_label_sets_stay before update on dataset_label_sets
when (old.state <> 'draft'
    and (new.state <> old.state or new.issues <> old.issues or new.revision <> old.revision))
  or old.settled_at is not null
  or new.dataset <> old.dataset or new.example <> old.example or new.document <> old.document
  or new.person <> old.person
begin select raise(abort, 'labels that were handed in never change'); end;

-- They go with the text that they are of, and not before.
create trigger dataset_label_sets_never_go before delete on dataset_label_sets
when exists (select 1 from dataset_texts where document = old.document)
begin select raise(abort, 'labels that were handed in never change'); end;
