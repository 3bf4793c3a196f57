-- When the author of a change is answered, known from the question on; null where nobody waits.
alter table gates add column due_at bigint;
-- Since when its candidate has read hidden examples.
alter table gates add column candidate_at bigint;

-- Those under way have one from now on.
update gates
set due_at = (extract(epoch from now()) * 1000)::bigint
  + (coalesce((policy::json ->> 'answerEverySeconds')::numeric, 1800) * 1000)::bigint
where state = 'running' and solo = 0;

create index gates_by_due on gates (due_at);
create index gates_running on gates (started_at, id) where state = 'running';
