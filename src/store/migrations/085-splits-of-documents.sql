-- The split of a document and of its reviews, as their group has it, so that an index leads to the rows that
-- a reader may see and past all others (docs/decisions/069). Steps never write it, triggers do: 086.
alter table documents add column split text not null default 'audit'
  check (split in ('evaluation', 'test', 'audit'));
alter table reviews add column split text not null default 'audit'
  check (split in ('evaluation', 'test', 'audit'));
update documents set split = (
  select g.split from document_groups as g where g.id = documents.group_id
);
update reviews set split = (select d.split from documents as d where d.id = reviews.document);

-- Lists, newest first; with the state, to be counted without reading the rows.
create index documents_of_split on documents (split, uploaded_at, sha256, id, state);
create index documents_of_split_by_content on documents (split, sha256);
-- Without those that nobody is to review: a search for them would come past the hidden ones.
create index documents_of_assignee on documents (assignee, uploaded_at, sha256, id, state)
where assignee is not null;
create index documents_of_assignee_by_content on documents (assignee, sha256)
where assignee is not null;
create index reviews_of_split on reviews (split, created_at, id);
drop index reviews_by_state;
create index reviews_by_state on reviews (state, split);

-- What engineers see of datasets, and who asks the gate about one test set.
create index dataset_versions_of_evaluation
on dataset_versions (evaluation_changed, dataset, sequence);
create index gates_by_test_set on gates (test_set);
