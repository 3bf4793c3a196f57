-- Only who may see every split labels.
alter table dataset_label_sets enable row level security;
create policy reader on dataset_label_sets for select using (
  '{evaluation,test,audit}'::text[] <@ (select reader_scope('splits'))::text[]
);
