create table evaluations (
  id text primary key,
  state text not null check (state in ('running', 'done', 'failed', 'stopped')),
  requester text not null,
  flow_version text,
  dataset text not null,
  dataset_hash text not null,
  evaluation_hash text,
  policy_hash text,
  subject_hash text,
  documents bigint,
  repeats bigint,
  started_at bigint not null,
  ended_at bigint,
  error_code text,
  error_message text
);
create index evaluations_by_time on evaluations (started_at, id);

create table evaluation_runs (
  evaluation text primary key references evaluations (id),
  content bytea not null
);
