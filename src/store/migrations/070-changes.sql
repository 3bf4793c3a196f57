-- Proposed versions of the flow, what would be merged, and what was said of it.
create table changes (
  id text primary key,
  number bigint not null unique,
  forge text not null check (forge in ('local', 'github')),
  reference text not null,
  title text not null,
  description text not null,
  branch text not null,
  author text,
  state text not null check (state in ('open', 'merged', 'closed')),
  revision bigint,
  merged_as text,
  created_at bigint not null,
  updated_at bigint not null,
  unique (forge, reference)
);
create index changes_by_state on changes (state, number);

create table change_revisions (
  change text not null references changes (id),
  sequence bigint not null,
  head text not null,
  base text not null,
  tree text,
  conflicts text not null,
  policy_files text not null,
  writers text not null,
  commits bigint not null,
  seen_at bigint not null,
  primary key (change, sequence)
);

create table change_checks (
  change text not null references changes (id),
  tree text not null,
  name text not null,
  attempt bigint not null,
  outcome text check (outcome in ('pass', 'fail', 'cannot-tell', 'skipped')),
  cause text,
  summary text,
  log text,
  subject text,
  started_at bigint not null,
  ended_at bigint,
  primary key (change, tree, name, attempt)
);

create table change_decisions (
  id text primary key,
  change text not null references changes (id),
  person text not null,
  decision text not null check (decision in ('approved', 'changes-requested', 'overridden')),
  head text not null,
  tree text not null,
  gate text,
  reason text,
  solo smallint not null check (solo in (0, 1)),
  decided_at bigint not null
);
create index change_decisions_by_change on change_decisions (change, decided_at, id);

create table change_events (
  change text not null references changes (id),
  sequence bigint not null,
  event_key text not null,
  kind text not null,
  person text,
  text text not null,
  at bigint not null,
  primary key (change, sequence),
  unique (change, event_key)
);

-- What the forge was told last, by what it is about: told again only when it is something else.
create table change_told (
  change text not null references changes (id),
  about text not null,
  content_hash text not null,
  told_at bigint not null,
  primary key (change, about)
);

create table deployment_requests (
  change text primary key references changes (id),
  commit_hash text not null,
  tree text not null,
  version text not null references flow_versions (hash),
  gate text not null,
  receipt text not null,
  requested_at bigint not null
);
