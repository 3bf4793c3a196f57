-- What is somebody's own, whose lists the scope of a transaction has as `people`; and what not everybody may see who
-- may see a row beside it, by words that it has as `sees`.
create function guard_by_person(guarded text, person text default 'person')
returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', guarded);
  execute format('create policy reader on %I for select using (
    %I = any ((select reader_scope(''people''))::text[]))', guarded, person);
end $$;

create function guard_by_word(guarded text, word text)
returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', guarded);
  execute format('create policy reader on %I for select using (
    %L = any ((select reader_scope(''sees''))::text[]))', guarded, word);
end $$;

select guard_by_person('notifications');
select guard_by_word('audit_log', 'log');
-- Counts of hidden documents, one by one.
select guard_by_word('gate_measures', 'figures');

-- Whoever asked a gate has its row, but neither what it measured nor that of others.
alter table gates enable row level security;
create policy reader on gates for select using (
  author = any ((select reader_scope('people'))::text[])
  or 'figures' = any ((select reader_scope('sees'))::text[])
);

-- Only who may see every split.
alter table gate_audits enable row level security;
create policy reader on gate_audits for select using (
  '{evaluation,test,audit}'::text[] <@ (select reader_scope('splits'))::text[]
);
alter table opened_texts enable row level security;
create policy reader on opened_texts for select using (
  person = any ((select reader_scope('people'))::text[])
  or '{evaluation,test,audit}'::text[] <@ (select reader_scope('splits'))::text[]
);

-- Figures of `test` are for some who see none of its examples; mistakes, which quote them, stay as they were.
drop policy reader on evaluations;
create policy reader on evaluations for select using (
  split = any ((select reader_scope('splits'))::text[])
  or (split = 'test' and 'figures' = any ((select reader_scope('sees'))::text[]))
);
drop policy reader on evaluation_details;
create policy reader on evaluation_details for select using (exists (
  select 1 from evaluations as parent where parent.id = evaluation_details.evaluation
    and parent.split = any ((select reader_scope('splits'))::text[])
));
