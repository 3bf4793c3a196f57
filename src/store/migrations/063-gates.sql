-- Questions to the gate. What decided them is beside them, counts per document in gate_measures.
create table gates (
  id text primary key,
  author text not null,
  flow text not null,
  candidate text not null references flow_versions (hash),
  baseline text not null references flow_versions (hash),
  anchor text references flow_versions (hash),
  dataset text not null,
  test_set text not null,
  look bigint not null check (look in (0, 1)),
  content_key text,
  state text not null check (state in ('running', 'done')),
  verdict text check (verdict in ('PASS', 'FAIL', 'CANT_TELL')),
  cause text check (cause in ('quality', 'functional-tests', 'host-fault', 'budget')),
  reasons text not null,
  hashes text,
  measures text,
  policy text not null,
  walls text not null,
  solo smallint not null check (solo in (0, 1)),
  charge bigint,
  started_at bigint not null,
  ended_at bigint,
  answer_at bigint,
  receipt text
);
create index gates_by_time on gates (started_at, id);
create index gates_by_author on gates (author, started_at, id);
create index gates_by_key on gates (content_key, look);
create index gates_by_candidate on gates (candidate);

create table gate_measures (
  content_key text primary key,
  content bytea not null,
  measured_at bigint not null
);

-- The budget of a test set. One content is paid for once, however often it is asked about.
create table gate_charges (
  test_set text not null,
  sequence bigint not null,
  gate text not null references gates (id),
  author text not null,
  content_key text not null,
  look bigint not null,
  charged_at bigint not null,
  primary key (test_set, sequence),
  unique (content_key, look)
);
create index gate_charges_by_gate on gate_charges (gate);

create table gate_audits (
  gate text primary key references gates (id),
  requester text not null,
  state text not null check (state in ('running', 'done')),
  passed smallint check (passed in (0, 1)),
  fault text,
  measures text,
  gate_delta double precision,
  gate_se double precision,
  audit_delta double precision,
  audit_se double precision,
  margin double precision not null,
  test_set text not null,
  started_at bigint not null,
  ended_at bigint
);
create index gate_audits_by_time on gate_audits (started_at, gate);
