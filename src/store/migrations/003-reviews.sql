create table flow_versions (
  hash text primary key,
  name text not null,
  manifest text not null,
  created_at bigint not null
);

create table reviews (
  id text primary key,
  document text not null references documents (sha256),
  flow_version text not null references flow_versions (hash),
  state text not null check (state in ('queued', 'running', 'done', 'partial', 'failed', 'stopped')),
  issue_order text not null check (issue_order in ('document', 'random')),
  full_review smallint not null check (full_review in (0, 1)),
  requester text not null,
  created_at bigint not null,
  started_at bigint,
  ended_at bigint,
  error_code text,
  error_message text,
  -- Of review_events; its row lock gives events their order.
  last_event bigint not null
);
create index reviews_by_document on reviews (document, created_at);
create index reviews_by_time on reviews (created_at, id);
create index reviews_by_state on reviews (state);

create table review_parts (
  review text not null references reviews (id),
  agent text not null,
  chunk bigint not null,
  state text not null check (state in ('pending', 'done', 'failed')),
  error_code text,
  error_message text,
  issues bigint,
  ended_at bigint,
  primary key (review, agent, chunk)
);

-- Narrow facts; offsets stay when the text is forgotten.
create table issues (
  id text primary key,
  review text not null references reviews (id),
  agent text not null,
  chunk bigint not null,
  type text not null,
  score double precision,
  unresolved smallint not null check (unresolved in (0, 1)),
  page bigint,
  paragraph bigint,
  start_offset bigint,
  end_offset bigint
);
create index issues_by_review on issues (review, paragraph, start_offset);

create table issue_texts (
  issue text primary key references issues (id),
  content text not null
);

create table review_events (
  review text not null references reviews (id),
  sequence bigint not null,
  kind text not null,
  content text not null,
  created_at bigint not null,
  primary key (review, sequence)
);
