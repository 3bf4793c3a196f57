-- What a session may read that is not the owner's: rows of documents in the reader's scope, which the
-- server gives for each transaction (docs/decisions/037). The owner of the tables reads everything.

-- Seals scopes, so that a session cannot widen its own. 64 bytes each, as HMAC-SHA256 has its pads.
create table reader_key (inner_pad text not null, outer_pad text not null);

create function random_pad() returns text language sql volatile as $$
  select encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text
    || gen_random_uuid()::text, 'UTF8')), 'hex')
$$;
insert into reader_key values (random_pad(), random_pad());
drop function random_pad();

create index documents_by_assignee on documents (assignee) where assignee is not null;

create function reader_seal(content text) returns text language sql stable as $$
  select encode(sha256(convert_to(outer_pad, 'UTF8')
    || sha256(convert_to(inner_pad || content, 'UTF8'))), 'hex')
  from reader_key
$$;
-- Who may call it makes scopes.
revoke execute on function reader_seal(text) from public;

-- The lists in the scope of this transaction; nothing without a scope that the server has sealed.
create function reader_scope(list text) returns text[] language plpgsql stable security definer as $$
declare
  given text := coalesce(current_setting('proofloop.scope', true), '');
  content text := substr(given, 66);
begin
  if given = '' or left(given, 65) <> reader_seal(content) || '.' then return '{}'; end if;
  return array(select jsonb_array_elements_text(content::jsonb -> list));
end $$;

-- For people to whom single documents are assigned, whatever their split.
create function reader_assigned_groups() returns setof text language plpgsql stable security definer as $$
declare
  assigned text[] := reader_scope('assigned');
begin
  if assigned = '{}' then return; end if;
  return query select distinct g.id from documents d join document_groups g on g.id = d.group_id
    where d.assignee = any (reader_scope('assignees')) and g.split || '/' || d.assignee = any (assigned);
end $$;

-- What runs with the owner's rights looks up names where the owner's tables are, and nowhere else.
do $$
begin
  execute format('alter function reader_scope(text) set search_path = pg_catalog, %I, pg_temp', current_schema());
  execute format('alter function reader_assigned_groups() set search_path = pg_catalog, %I, pg_temp', current_schema());
end $$;

-- One line for each table that readers may read: rows of a parent that they may read.
create function guard_by_parent(guarded text, reference text, parent text, parent_key text default 'id')
returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', guarded);
  execute format('create policy reader on %I for select using (exists (
    select 1 from %I as parent where parent.%I = %I.%I))', guarded, parent, parent_key, guarded, reference);
end $$;

-- The same for a table whose rows have a split of their own.
create function guard_by_split(guarded text, split text default 'split')
returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', guarded);
  execute format('create policy reader on %I for select using (
    %I = any ((select reader_scope(''splits''))::text[]))', guarded, split);
end $$;

alter table document_groups enable row level security;
create policy reader on document_groups for select using (
  split = any ((select reader_scope('splits'))::text[])
  or id in (select reader_assigned_groups())
);

alter table documents enable row level security;
create policy reader on documents for select using (exists (
  select 1 from document_groups as g where g.id = documents.group_id and (
    g.split = any ((select reader_scope('splits'))::text[])
    or g.split || '/' || documents.assignee = any ((select reader_scope('assigned'))::text[])
  )
));

select guard_by_parent('document_signatures', 'document', 'documents');
select guard_by_parent('document_shingles', 'document', 'documents');
select guard_by_parent('document_texts', 'document', 'documents');
select guard_by_parent('reviews', 'document', 'documents');
select guard_by_parent('review_parts', 'review', 'reviews');
select guard_by_parent('review_events', 'review', 'reviews');
select guard_by_parent('issues', 'review', 'reviews');
select guard_by_parent('issue_texts', 'issue', 'issues');
select guard_by_parent('verdicts', 'review', 'reviews');
select guard_by_parent('verdict_texts', 'verdict', 'verdicts');
