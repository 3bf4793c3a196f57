-- Examples by their split; texts and labels as some entry that may be read has them.
create index dataset_entries_by_document on dataset_entries (document);
create index dataset_entries_by_hash on dataset_entries (hash);
select guard_by_split('dataset_entries');
select guard_by_split('dataset_version_splits');
select guard_by_parent('dataset_texts', 'document', 'dataset_entries', 'document');
select guard_by_parent('dataset_labels', 'hash', 'dataset_entries', 'hash');
select guard_by_parent('dataset_declined', 'review', 'reviews');

-- A version in which nothing but hidden examples changed is none to who does not see them.
alter table dataset_versions enable row level security;
create policy reader on dataset_versions for select using (
  (evaluation_changed = 1 and 'evaluation' = any ((select reader_scope('splits'))::text[]))
  or '{evaluation,test,audit}'::text[] <@ (select reader_scope('splits'))::text[]
);
