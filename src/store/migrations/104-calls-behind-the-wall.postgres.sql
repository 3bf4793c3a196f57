-- They quote hidden documents: only who may see every split.
alter table gate_calls enable row level security;
create policy reader on gate_calls for select using (
  '{evaluation,test,audit}'::text[] <@ (select reader_scope('splits'))::text[]
);
