-- Whatever writes a document or a review: its split is the one of its group.
create trigger documents_take_split after insert on documents
begin
  update documents set split = (select g.split from document_groups as g where g.id = new.group_id)
  where id = new.id;
end;

create trigger documents_keep_split after update of group_id, split on documents
when new.split <> (select g.split from document_groups as g where g.id = new.group_id)
begin
  update documents set split = (select g.split from document_groups as g where g.id = new.group_id)
  where id = new.id;
end;

create trigger reviews_take_split after insert on reviews
begin
  update reviews set split = (select d.split from documents as d where d.id = new.document)
  where id = new.id;
end;

create trigger reviews_keep_split after update of document, split on reviews
when new.split <> (select d.split from documents as d where d.id = new.document)
begin
  update reviews set split = (select d.split from documents as d where d.id = new.document)
  where id = new.id;
end;

create trigger reviews_follow_split after update of split on documents
when new.split <> old.split
begin update reviews set split = new.split where document = new.id; end;
