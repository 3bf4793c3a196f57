-- Looks at `audit` are listed with it: only for who may see every split.
alter table test_set_generations enable row level security;
create policy reader on test_set_generations for select using (
  '{evaluation,test,audit}'::text[] <@ (select reader_scope('splits'))::text[]
);
