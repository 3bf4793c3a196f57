-- Whatever writes a document or a review: its split is the one of its group.
create function take_split_of_group() returns trigger language plpgsql as $$
begin
  new.split := coalesce(
    (select g.split from document_groups as g where g.id = new.group_id), new.split);
  return new;
end $$;

create trigger documents_take_split before insert or update of group_id, split on documents
for each row execute function take_split_of_group();

-- The lock: a document that is just changing its group tells its reviews of it, and would miss this one.
create function take_split_of_document() returns trigger language plpgsql as $$
begin
  new.split := coalesce(
    (select d.split from documents as d where d.id = new.document for share), new.split);
  return new;
end $$;

create trigger reviews_take_split before insert or update of document, split on reviews
for each row execute function take_split_of_document();

create function tell_reviews_of_split() returns trigger language plpgsql as $$
begin
  update reviews set split = new.split where document = new.id;
  return null;
end $$;

create trigger reviews_follow_split after update on documents
for each row when (new.split <> old.split) execute function tell_reviews_of_split();
