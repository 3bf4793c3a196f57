-- Of the secret only its hash: it is shown once. `permissions` is JSON.
create table api_keys (
  id text primary key,
  person text not null references people (id) on delete cascade,
  name text not null,
  hint text not null,
  secret_hash text not null unique,
  permissions text not null,
  created_at bigint not null,
  expires_at bigint,
  last_used_at bigint
);
create index api_keys_by_person on api_keys (person, created_at);
create index api_keys_by_hint on api_keys (hint);
