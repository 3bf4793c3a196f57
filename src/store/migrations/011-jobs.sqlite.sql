-- Only where one process works; on PostgreSQL, pg-boss has tables of its own.
create table jobs (
  id text primary key,
  queue text not null,
  key text not null,
  content text not null,
  priority bigint not null,
  group_id text,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  attempt bigint not null,
  error_code text,
  created_at bigint not null,
  -- Not before this time.
  run_at bigint not null,
  -- Of a running one: when its runner counts as dead, unless it has said otherwise.
  lease_until bigint,
  ended_at bigint
);
create unique index jobs_by_key on jobs (queue, key) where state in ('waiting', 'running');
create index jobs_in_order on jobs (queue, priority desc, created_at, id) where state in ('waiting', 'running');
create index jobs_by_end on jobs (ended_at) where ended_at is not null;
